package ai.ipai.console;

import ai.ipai.console.view.Lakehouse;
import java.util.Set;

/**
 * Whoever looks at a page.
 *
 * @param name for the corner of the page
 * @param roles platform roles; they decide which pages are offered, never what a page shows
 * @param formToken goes into every form and is checked when it comes back
 * @param lakehouse as this visitor sees it
 * @param notice what every page says to them; empty for nothing
 */
public record Visitor(
    String name, Set<String> roles, String formToken, Lakehouse lakehouse, String notice) {
  public Visitor {
    roles = Set.copyOf(roles);
  }

  /** Whether the audit page is offered. */
  public boolean mayAudit() {
    return roles.contains("ipai_auditor") || roles.contains("ipai_platform_admin");
  }
}
