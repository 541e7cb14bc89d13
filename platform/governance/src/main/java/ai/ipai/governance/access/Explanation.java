package ai.ipai.governance.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why somebody sees what they see of one object.
 *
 * @param verdict in one word
 * @param reason the verdict in a sentence
 * @param grants what allows each operation that is allowed
 * @param rowFilters what narrows the rows
 * @param columns the masked columns and who decided over each
 * @param visibleRows what the caller sees; null where nothing may be said
 * @param hiddenRows what row filters keep from the caller; null unless the asker may know
 * @param isCountCut whether counting stopped at {@value RowCounts#MAX}: there may be more of both
 * @param missingClaims claims that filters ask of the caller, who has none of that name
 * @param cure what to do about an empty result; empty where there is nothing to do
 */
public record Explanation(
    String who,
    String object,
    Verdict verdict,
    String reason,
    List<Because> grants,
    List<Because> rowFilters,
    List<Because> columns,
    @Nullable Long visibleRows,
    @Nullable Long hiddenRows,
    boolean isCountCut,
    List<String> missingClaims,
    String cure) {

  /** What the caller gets. */
  public enum Verdict {
    /** There are rows that the caller sees. */
    VISIBLE,
    /** The caller may read, and there is no row at all. */
    EMPTY,
    /** The caller may read, and row filters hide every row. */
    ALL_ROWS_HIDDEN,
    /** The caller sees no row, and the asker may not know why. */
    NO_ROWS,
    /** The caller may read, and counting rows took too long. */
    NOT_COUNTED,
    /** The view may be read, but not what it reads. */
    SOURCE_NOT_GRANTED,
    /** The object is there and no grant reaches the caller. Said to the entitled alone. */
    NOT_GRANTED,
    /** Absent, or not for this caller: both look the same. */
    NOTHING_THERE
  }

  /**
   * One rule that decided.
   *
   * @param what it decided over: an operation, a condition, a column
   * @param effect in words
   * @param place {@code file:line}
   */
  public record Because(String what, String effect, String place) {}

  public Explanation {
    grants = List.copyOf(grants);
    rowFilters = List.copyOf(rowFilters);
    columns = List.copyOf(columns);
    missingClaims = List.copyOf(missingClaims);
  }

  /** For a terminal. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(who).append(" → ").append(object).append(": ").append(verdict).append('\n');
    text.append("  ").append(reason).append('\n');
    text.append(cure.isEmpty() ? "" : "  → " + cure + '\n');
    section(text, "grants", grants);
    section(text, "row filters", rowFilters);
    section(text, "masked columns", columns);
    if (visibleRows != null) {
      text.append("rows: ").append(isCountCut ? "at least " : "").append(visibleRows);
      text.append(" visible");
      text.append(hiddenRows == null ? "" : ", " + hiddenRows + " hidden").append('\n');
    }
    return text.toString();
  }

  private static void section(StringBuilder text, String title, List<Because> reasons) {
    if (!reasons.isEmpty()) {
      text.append(title).append('\n');
      for (Because reason : reasons) {
        text.append("  ").append(reason.what()).append(": ").append(reason.effect());
        text.append("  [").append(reason.place()).append("]\n");
      }
    }
  }
}
