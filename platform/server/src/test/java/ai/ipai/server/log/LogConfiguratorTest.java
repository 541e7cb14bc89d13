package ai.ipai.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.vault.SecretValue;
import ai.ipai.governance.vault.log.ScrubbingEncoder;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("REQ-SERVER-015")
class LogConfiguratorTest {
  private static final String CANARY = "log-canary-5f1e\"ü/77";

  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void aSecretThatTheVaultHandedOutIsInNoLine(String format) {
    ScrubbingEncoder.SCRUBBER.learn(SecretValue.of(CANARY));
    String encoded = Base64.getEncoder().encodeToString(CANARY.getBytes(StandardCharsets.UTF_8));
    IllegalStateException failure =
        new IllegalStateException("cannot call https://user:" + CANARY + "@example.com");
    failure.addSuppressed(new IllegalArgumentException(CANARY));

    String line = line(format, "calling {} with {}", failure, CANARY, "Basic " + encoded);

    assertThat(line)
        .contains("calling", "***", "IllegalStateException", "example.com")
        .doesNotContain("log-canary", encoded);
  }

  @Test
  void anOrdinaryLineStaysAsItIs() {
    assertThat(line("text", "{} migrations applied", null, 12))
        .contains("INFO", "12 migrations applied")
        .endsWith(System.lineSeparator());
  }

  @Test
  void aLineForMachinesIsJson() {
    assertThat(line("json", "{} migrations applied", null, 12))
        .startsWith("{")
        .contains("\"formattedMessage\":\"12 migrations applied\"");
  }

  private static String line(
      String format, String message, @Nullable Throwable failure, Object... arguments) {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    new LogConfigurator().configure(context, Map.of("IPAI_LOG_FORMAT", format));
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Logger logger = context.getLogger("ai.ipai.test");
    OutputStreamAppender<ILoggingEvent> appender =
        (OutputStreamAppender<ILoggingEvent>) root.getAppender("stderr");
    LoggingEvent event = new LoggingEvent("test", logger, Level.INFO, message, failure, arguments);
    return new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);
  }
}
