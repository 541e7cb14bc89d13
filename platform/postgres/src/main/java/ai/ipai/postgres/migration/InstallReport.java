package ai.ipai.postgres.migration;

import ai.ipai.postgres.login.Login;
import java.util.List;

/**
 * What the installer did.
 *
 * @param logins whose password was set; those that have this key's password already are left alone
 * @param missing logins that no migration has created
 */
public record InstallReport(MigrationReport migrations, List<Login> logins, List<Login> missing) {
  public InstallReport {
    logins = List.copyOf(logins);
    missing = List.copyOf(missing);
  }
}
