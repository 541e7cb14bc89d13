package ai.ipai.spi.connector;

import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What the platform lends a connector.
 *
 * @param secrets turns a reference such as {@code secret://odoo/api_key} into its value; call it
 *     when the value is needed and do not keep the value in any message
 * @param clock the platform's clock
 * @param cancellation asked by readers at least once a second
 * @param workspace relative paths of the settings start here
 * @param requests hears each request that a connector tells of, one line, without secrets; called
 *     from any thread
 */
public record ConnectorContext(
    UnaryOperator<String> secrets,
    Clock clock,
    Cancellation cancellation,
    Path workspace,
    Consumer<String> requests) {
  /** With nobody who listens to requests. */
  public ConnectorContext(
      UnaryOperator<String> secrets, Clock clock, Cancellation cancellation, Path workspace) {
    this(secrets, clock, cancellation, workspace, request -> {});
  }
}
