package ai.ipai.governance.vault.log;

import ai.ipai.governance.vault.SecretScrubber;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Wraps any encoder of Logback and scrubs what it wrote: message, arguments, MDC, stack traces, in
 * whatever layout. One place that everything passes, so nothing has to remember it.
 *
 * <pre>{@code
 * <encoder class="ai.ipai.governance.vault.log.ScrubbingEncoder">
 *   <encoder class="ch.qos.logback.classic.encoder.PatternLayoutEncoder">
 *     <pattern>%d %-5level %logger{20} %msg%n</pattern>
 *   </encoder>
 * </encoder>
 * }</pre>
 */
public final class ScrubbingEncoder extends EncoderBase<ILoggingEvent> {
  /** The scrubber of this process: Logback builds its parts itself and cannot be handed one. */
  public static final SecretScrubber SCRUBBER = new SecretScrubber();

  private @Nullable Encoder<ILoggingEvent> delegate;

  /** Called by Logback's configuration. */
  public void setEncoder(Encoder<ILoggingEvent> encoder) {
    delegate = encoder;
  }

  private Encoder<ILoggingEvent> delegate() {
    Encoder<ILoggingEvent> present = delegate;
    if (present == null) {
      throw new IllegalStateException("a ScrubbingEncoder wraps another encoder");
    }
    return present;
  }

  @Override
  public void start() {
    delegate().setContext(getContext());
    delegate().start();
    super.start();
  }

  @Override
  public void stop() {
    super.stop();
    delegate().stop();
  }

  @Override
  public byte @Nullable [] headerBytes() {
    return delegate().headerBytes();
  }

  /** If scrubbing itself should fail, nothing is written rather than a secret. */
  @Override
  public byte[] encode(ILoggingEvent event) {
    String text = new String(delegate().encode(event), StandardCharsets.UTF_8);
    return SCRUBBER.scrub(text).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte @Nullable [] footerBytes() {
    return delegate().footerBytes();
  }
}
