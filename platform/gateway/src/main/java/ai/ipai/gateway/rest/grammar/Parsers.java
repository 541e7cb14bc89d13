package ai.ipai.gateway.rest.grammar;

import ai.ipai.gateway.rest.grammar.Complaint.Kind;
import ai.ipai.gateway.rest.grammar.Complaint.Remark;
import ai.ipai.gateway.rest.grammar.Reply.Refusal;
import ai.ipai.gateway.rest.grammar.Reply.Success;
import java.util.List;
import java.util.function.IntPredicate;

/** The smallest parsers. */
public final class Parsers {
  private static final List<String> CONTROLS =
      List.of(
          "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "a", "b", "t", "n", "v", "f", "r", "SO",
          "SI", "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC",
          "FS", "GS", "RS", "US");

  private Parsers() {}

  public static <T> Parser<T> always(T value) {
    return new Parser<>(input -> new Success<>(false, value, input, Complaint.none(input)));
  }

  public static <T> Parser<T> never() {
    return new Parser<>(input -> new Refusal<>(false, Complaint.none(input)));
  }

  /** One character that passes. */
  public static Parser<String> matching(IntPredicate test) {
    return new Parser<>(
        input -> {
          if (input.isAtEnd()) {
            return refused(input, "");
          }
          int next = input.codePoint();
          if (!test.test(next)) {
            return refused(input, shown(next));
          }
          Input rest = input.after(next);
          return new Success<>(true, Character.toString(next), rest, Complaint.none(rest));
        });
  }

  private static <T> Reply<T> refused(Input input, String found) {
    return new Refusal<>(false, Complaint.of(input, new Remark(Kind.FOUND, found)));
  }

  public static Parser<String> character(char wanted) {
    return matching(next -> next == wanted).named(shown(wanted));
  }

  public static Parser<String> oneOf(String characters) {
    return matching(next -> characters.indexOf(next) >= 0);
  }

  public static Parser<String> noneOf(String characters) {
    return matching(next -> characters.indexOf(next) < 0);
  }

  public static Parser<String> letter() {
    return matching(Character::isLetter).named("letter");
  }

  public static Parser<String> digit() {
    return matching(next -> next >= '0' && next <= '9').named("digit");
  }

  public static Parser<String> anything() {
    return matching(next -> true);
  }

  /** A whole word; a word that begins like it has taken something. */
  public static Parser<String> word(String wanted) {
    return new Parser<>(
        input -> {
          Input at = input;
          for (int i = 0; i < wanted.length(); i++) {
            if (at.isAtEnd()) {
              return missing(input, wanted, "", i > 0);
            }
            int next = at.codePoint();
            if (next != wanted.charAt(i)) {
              return missing(input, wanted, shown(next), i > 0);
            }
            at = at.after(next);
          }
          return new Success<>(true, wanted, at, Complaint.none(at));
        });
  }

  private static <T> Reply<T> missing(Input at, String wanted, String found, boolean consumed) {
    return new Refusal<>(
        consumed,
        Complaint.of(
            at, new Remark(Kind.EXPECTED, '"' + wanted + '"'), new Remark(Kind.FOUND, found)));
  }

  /**
   * Succeeds where that character does not follow.
   *
   * @param name of the character as an expectation; empty for none
   */
  public static Parser<Boolean> notFollowedBy(IntPredicate test, String name) {
    return new Parser<>(
        input -> {
          if (input.isAtEnd() || !test.test(input.codePoint())) {
            String found = input.isAtEnd() ? "" : shown(input.codePoint());
            Complaint seen =
                Complaint.of(input, new Remark(Kind.EXPECTED, name), new Remark(Kind.FOUND, found));
            return new Success<>(false, true, input, seen);
          }
          int next = input.codePoint();
          return new Refusal<>(
              false, Complaint.of(input.after(next), new Remark(Kind.UNEXPECTED, quoted(next))));
        });
  }

  public static Parser<Boolean> end() {
    Parser<Boolean> end =
        new Parser<>(
            input ->
                input.isAtEnd()
                    ? new Success<>(
                        false, true, input, Complaint.of(input, new Remark(Kind.FOUND, "")))
                    : new Refusal<>(
                        false,
                        Complaint.of(
                            input, new Remark(Kind.UNEXPECTED, quoted(input.codePoint())))));
    return end.named("end of input");
  }

  public static Parser<String> joined(Parser<List<String>> parts) {
    return parts.map(all -> String.join("", all));
  }

  /** A character as Haskell shows a string of it. */
  static String shown(int codePoint) {
    return '"' + (codePoint == '"' ? "\\\"" : bare(codePoint)) + '"';
  }

  private static String quoted(int codePoint) {
    return "'" + (codePoint == '\'' ? "\\'" : bare(codePoint)) + "'";
  }

  private static String bare(int codePoint) {
    if (codePoint == '\\') {
      return "\\\\";
    }
    if (codePoint < CONTROLS.size()) {
      return "\\" + CONTROLS.get(codePoint);
    }
    if (codePoint == 127) {
      return "\\DEL";
    }
    return codePoint > 127 ? "\\" + codePoint : Character.toString(codePoint);
  }
}
