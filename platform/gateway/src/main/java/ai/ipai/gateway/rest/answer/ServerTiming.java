package ai.ipai.gateway.rest.answer;

import ai.ipai.gateway.http.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Where the time of one request goes, stage by stage. For one thread. */
public final class ServerTiming {
  private static final double NANOS_PER_MILLISECOND = 1e6;

  private final Map<String, Long> nanos = new LinkedHashMap<>();
  private long since = System.nanoTime();

  /** Ends a stage; the next begins. */
  public void mark(String stage) {
    long now = System.nanoTime();
    nanos.merge(stage, now - since, Long::sum);
    since = now;
  }

  /** The answer with its header. */
  public Answer on(Answer answer) {
    Map<String, List<String>> headers = new LinkedHashMap<>(answer.headers());
    headers.put("Server-Timing", List.of(text()));
    return new Answer(answer.status(), headers, answer.body());
  }

  private String text() {
    return nanos.entrySet().stream()
        .map(
            stage ->
                String.format(
                    Locale.ROOT,
                    "%s;dur=%.1f",
                    stage.getKey(),
                    stage.getValue() / NANOS_PER_MILLISECOND))
        .collect(Collectors.joining(", "));
  }
}
