package ai.ipai.gateway.rest.request;

/** Operators between a column and a value; the words of the URL and the signs of SQL. */
public enum Comparison {
  NOT_EQUAL("neq", "<>"),
  CONTAINS("cs", "@>"),
  CONTAINED("cd", "<@"),
  OVERLAPS("ov", "&&"),
  STRICTLY_LEFT("sl", "<<"),
  STRICTLY_RIGHT("sr", ">>"),
  NOT_RIGHT("nxr", "&<"),
  NOT_LEFT("nxl", "&>"),
  ADJACENT("adj", "-|-"),
  EQUAL("eq", "="),
  GREATER_EQUAL("gte", ">="),
  GREATER("gt", ">"),
  LESS_EQUAL("lte", "<="),
  LESS("lt", "<"),
  LIKE("like", "like"),
  ILIKE("ilike", "ilike"),
  MATCH("match", "~"),
  IMATCH("imatch", "~*");

  private final String word;
  private final String sign;

  Comparison(String word, String sign) {
    this.word = word;
    this.sign = sign;
  }

  public String word() {
    return word;
  }

  public String sign() {
    return sign;
  }

  /** Whether {@code any} and {@code all} may stand behind it. */
  public boolean takesQuantifier() {
    return compareTo(EQUAL) >= 0;
  }

  /** Whether {@code *} stands for {@code %}. */
  public boolean isPattern() {
    return this == LIKE || this == ILIKE;
  }
}
