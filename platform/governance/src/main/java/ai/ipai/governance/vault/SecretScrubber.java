package ai.ipai.governance.vault;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Replaces known secrets by {@code ***} in any text that leaves the process: logs, errors, audit.
 * Finds a value as it is and as it travels: URL-encoded, in base64 (at any offset, as inside a
 * Basic header), in hexadecimal, escaped for JSON, HTML or SQL. One pass over the text however many
 * secrets there are. Safe for threads; reading takes no lock.
 */
public final class SecretScrubber {
  public static final String MASK = "***";

  /** Shorter values would blank out ordinary words. */
  public static final int MIN_CHARS = 4;

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> patterns = new LinkedHashSet<>();
  private volatile PatternTree tree = PatternTree.EMPTY;

  /** Scrubs this value from now on, for as long as the process lives. */
  public void learn(SecretValue value) {
    learn(List.of(value));
  }

  public void learn(Collection<SecretValue> values) {
    List<String> forms = new ArrayList<>();
    for (SecretValue value : values) {
      forms.addAll(SecretForms.of(value.reveal()));
    }
    lock.lock();
    try {
      if (patterns.addAll(forms)) {
        tree = PatternTree.of(patterns);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The same text, the same object if it holds no secret. */
  public String scrub(String text) {
    return tree.replace(text, MASK);
  }

  /** Whether a text holds a known secret, in any form. */
  public boolean finds(String text) {
    return !scrub(text).equals(text);
  }
}
