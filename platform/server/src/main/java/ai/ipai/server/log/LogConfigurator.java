package ai.ipai.server.log;

import ai.ipai.governance.vault.log.ScrubbingEncoder;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;

/**
 * Logging without a file to read: lines on standard error, {@code IPAI_LOG_FORMAT=json} for
 * machines, {@code IPAI_LOG_LEVEL} for more. Found by Logback through its service file.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX,UTC} %-5level %logger{0} %msg%replace( request=%X{requestId}){' request=$',''}%n";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    configure(context, System.getenv());
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  void configure(LoggerContext context, Map<String, String> environment) {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    // Whatever the vault has handed out is taken out of every line, stack traces included.
    ScrubbingEncoder scrubbed = new ScrubbingEncoder();
    scrubbed.setContext(context);
    scrubbed.setEncoder(encoder(context, environment));
    scrubbed.start();
    appender.setEncoder(scrubbed);
    appender.start();
    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    // Says on every machine without a graphics card that there is none.
    context.getLogger("ai.djl").setLevel(Level.ERROR);
    context
        .getLogger("ai.ipai")
        .setLevel(Level.toLevel(environment.getOrDefault("IPAI_LOG_LEVEL", "warn"), Level.WARN));
  }

  private static Encoder<ILoggingEvent> encoder(
      LoggerContext context, Map<String, String> environment) {
    if ("json".equals(environment.get("IPAI_LOG_FORMAT"))) {
      JsonEncoder json = new JsonEncoder();
      json.setContext(context);
      json.setWithFormattedMessage(true);
      json.setWithMessage(false);
      json.setWithArguments(false);
      json.setWithSequenceNumber(false);
      json.setWithNanoseconds(false);
      json.setWithContext(false);
      json.start();
      return json;
    }
    PatternLayoutEncoder lines = new PatternLayoutEncoder();
    lines.setContext(context);
    lines.setPattern(PATTERN);
    lines.start();
    return lines;
  }

  /** The server tells what it does; other commands only what goes wrong. */
  public static void speakUp() {
    if (System.getenv("IPAI_LOG_LEVEL") == null
        && org.slf4j.LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger("ai.ipai").setLevel(Level.INFO);
    }
  }
}
