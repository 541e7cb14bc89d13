package ai.ipai.gateway.rest.grammar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a parser did not find, and where. Merging and wording are Parsec's (Text.Parsec.Error), so
 * that a client that compares messages sees the same ones.
 */
record Complaint(int line, int column, List<Remark> remarks) {
  /** What kind of remark; the order is the one in which they are told. */
  enum Kind {
    FOUND,
    UNEXPECTED,
    EXPECTED
  }

  /** One thing to say. */
  record Remark(Kind kind, String text) {}

  Complaint {
    remarks = List.copyOf(remarks);
  }

  static Complaint none(Input at) {
    return new Complaint(at.line(), at.column(), List.of());
  }

  static Complaint of(Input at, Remark... remarks) {
    return new Complaint(at.line(), at.column(), List.of(remarks));
  }

  boolean isEmpty() {
    return remarks.isEmpty();
  }

  /** The one that got further, or both where they got equally far. */
  Complaint merge(Complaint other) {
    if (other.isEmpty() && !isEmpty()) {
      return this;
    }
    if (isEmpty() && !other.isEmpty()) {
      return other;
    }
    int order = line != other.line ? line - other.line : column - other.column;
    if (order != 0) {
      return order > 0 ? this : other;
    }
    List<Remark> both = new ArrayList<>(remarks);
    both.addAll(other.remarks);
    return new Complaint(line, column, both);
  }

  Complaint expecting(String what) {
    List<Remark> all = new ArrayList<>();
    all.add(new Remark(Kind.EXPECTED, what));
    remarks.stream().filter(remark -> remark.kind() != Kind.EXPECTED).forEach(all::add);
    return new Complaint(line, column, all);
  }

  /** The sentence, on one line. */
  String text() {
    if (remarks.isEmpty()) {
      return "unknown parse error";
    }
    List<Remark> sorted = remarks.stream().sorted(Comparator.comparing(Remark::kind)).toList();
    List<String> parts = new ArrayList<>();
    List<String> found = texts(sorted, Kind.FOUND);
    List<String> unexpected = texts(sorted, Kind.UNEXPECTED);
    if (unexpected.isEmpty() && !found.isEmpty()) {
      parts.add("unexpected " + (found.getFirst().isEmpty() ? "end of input" : found.getFirst()));
    }
    many("unexpected", unexpected, parts);
    many("expecting", texts(sorted, Kind.EXPECTED), parts);
    return String.join(" ", new LinkedHashSet<>(parts));
  }

  private static List<String> texts(List<Remark> sorted, Kind kind) {
    return sorted.stream()
        .filter(remark -> remark.kind() == kind)
        .map(Remark::text)
        .collect(Collectors.toList());
  }

  private static void many(String verb, List<String> texts, List<String> parts) {
    List<String> all = texts.stream().filter(text -> !text.isEmpty()).distinct().toList();
    if (all.isEmpty()) {
      return;
    }
    String last = all.getLast();
    String words =
        all.size() == 1 ? last : String.join(", ", all.subList(0, all.size() - 1)) + " or " + last;
    parts.add(verb + " " + words);
  }
}
