package ai.ipai.ingest.run;

/** Where connectors get secret values; the vault, in a running platform. */
@FunctionalInterface
public interface ConnectorSecrets {
  /**
   * The value that a reference stands for.
   *
   * @param connector who asks; the vault decides whether it may
   * @param reference such as {@code secret://odoo/api_key}
   */
  String resolve(String connector, String reference);
}
