package ai.ipai.governance.yaml;

import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Collects what is wrong over a whole check, so that a person mends everything in one go. Sorted by
 * place; the same fault is kept once. Used by one thread.
 */
public final class Faults {
  private static final int MAX_LINES_IN_MESSAGE = 200;

  private final TreeSet<Fault> found = new TreeSet<>();

  public void add(Fault fault) {
    found.add(fault);
  }

  public void add(FilePlace place, ErrorCode code, String message, String cure) {
    add(new Fault(place, code, message, "", cure));
  }

  /** A name that nobody knows: suggests the nearest of those that exist. */
  public void addUnknown(
      FilePlace place, ErrorCode code, String message, String name, Collection<String> known) {
    String nearest = NearestName.of(name, known).orElse("");
    add(new Fault(place, code, message, nearest, cureForUnknown(nearest, known)));
  }

  private static String cureForUnknown(String nearest, Collection<String> known) {
    if (!nearest.isEmpty()) {
      return "";
    }
    if (known.isEmpty()) {
      return "nothing of that kind is declared";
    }
    String names = known.stream().sorted().limit(12).collect(Collectors.joining(", "));
    return "known: " + names + (known.size() > 12 ? ", …" : "");
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public int size() {
    return found.size();
  }

  /** Sorted by file, line and column. */
  public List<Fault> list() {
    return List.copyOf(found);
  }

  /**
   * Throws one exception that lists every fault, a line each, under a summary.
   *
   * @param summary such as {@code the workspace has faults}
   */
  public void throwIfAny(ErrorCode code, String summary) {
    if (!isEmpty()) {
      throw new IpaiException(code, summary + " (" + size() + "):\n" + lines())
          .fact("faults", size())
          .hint("Mend the places named and run the command again.");
    }
  }

  private String lines() {
    String lines =
        found.stream()
            .limit(MAX_LINES_IN_MESSAGE)
            .map(fault -> "  " + fault)
            .collect(Collectors.joining("\n"));
    int more = size() - MAX_LINES_IN_MESSAGE;
    return more > 0 ? lines + "\n  … and " + more + " more" : lines;
  }

  /** One fault a line. */
  @Override
  public String toString() {
    return found.stream().map(Fault::toString).collect(Collectors.joining("\n"));
  }
}
