package ai.ipai.connectors.file;

import ai.ipai.spi.connector.ColumnType;
import org.jspecify.annotations.Nullable;

/**
 * What one column is taken for while its file is being read: what was declared, or else seen, made
 * wide enough for what the table has.
 */
final class ColumnPlan {
  private final String name;
  private final @Nullable ColumnType declared;
  private final @Nullable ColumnType landed;
  private final TypeGuess guess;
  private ColumnType type;
  private boolean isKnown;
  private boolean isSurelyText;

  /**
   * Takes a guess over.
   *
   * @param landed the table's, or null
   * @param isFinal whether the guess has seen all values
   */
  ColumnPlan(
      String name,
      @Nullable ColumnType declared,
      @Nullable ColumnType landed,
      TypeGuess guess,
      boolean isFinal) {
    this.name = name;
    this.declared = declared;
    this.landed = landed;
    this.guess = guess;
    this.isKnown = isFinal || declared != null || landed != null || guess.seen() != null;
    this.type = fitting();
    this.isSurelyText = isSurelyText();
  }

  private ColumnType fitting() {
    ColumnType own = declared != null ? declared : guess.seen();
    if (own == null) {
      return landed == null ? ColumnType.TEXT : landed;
    }
    return landed == null ? own : landed.widenedBy(own);
  }

  /** Whether no other value could make the column anything but text. */
  private boolean isSurelyText() {
    boolean isKnown =
        declared != null || landed == ColumnType.TEXT || guess.seen() == ColumnType.TEXT;
    return isKnown && type == ColumnType.TEXT;
  }

  String name() {
    return name;
  }

  /** Whether there is any reason for its type; if not, no value of it was seen yet. */
  boolean isKnown() {
    return isKnown;
  }

  ColumnType type() {
    return type;
  }

  boolean takesAnyText() {
    return isSurelyText;
  }

  /** Whether the type still fits everything seen. */
  boolean isTrue() {
    return fitting() == type;
  }

  /** Whether the type also fits a value like this. */
  boolean admits(ColumnType seen) {
    if (declared == null) {
      guess.see(seen);
    }
    isSurelyText = isSurelyText();
    return isTrue();
  }

  /** Its first value, of a column that was not known. */
  void choose(ColumnType seen) {
    admits(seen);
    isKnown = true;
    type = fitting();
    isSurelyText = isSurelyText();
  }
}
