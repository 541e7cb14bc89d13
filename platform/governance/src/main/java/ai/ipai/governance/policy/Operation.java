package ai.ipai.governance.policy;

import java.util.Locale;

/** What a grant allows. Tables and views take the first four, functions {@link #EXECUTE}. */
public enum Operation {
  SELECT,
  INSERT,
  UPDATE,
  DELETE,
  EXECUTE;

  /** As policies and SQL write it, in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public boolean isWrite() {
    return this == INSERT || this == UPDATE || this == DELETE;
  }
}
