package ai.ipai.gateway.rest.request;

import java.util.Locale;

/** What may be done over rows. */
public enum Aggregate {
  SUM,
  AVG,
  COUNT,
  MAX,
  MIN;

  /** As PostgreSQL labels its result. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
