package ai.ipai.governance.policy;

/** Which rows a filter lets through. */
public sealed interface RowCondition {
  /**
   * Rows whose column holds one of the values of the caller's claim; none where the claim is
   * absent.
   */
  record ByClaim(String column, String claim) implements RowCondition {
    @Override
    public String toString() {
      return column + " in claim " + claim;
    }
  }

  /** Rows for which a SQL expression over the row's own columns is true. */
  record BySql(String expression) implements RowCondition {
    @Override
    public String toString() {
      return expression;
    }
  }
}
