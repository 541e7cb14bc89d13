package ai.ipai.governance.policy;

import java.util.regex.Pattern;

/** A name in which {@code *} stands for any characters, none included. */
record Glob(String text) {
  private static final Pattern SHAPE = Pattern.compile("[^.\\s\"';:]+");

  static boolean isWellFormed(String text) {
    return SHAPE.matcher(text).matches();
  }

  boolean isExact() {
    return text.indexOf('*') < 0;
  }

  boolean matches(String name) {
    if (isExact()) {
      return text.equals(name);
    }
    String[] parts = text.split("\\*", -1);
    if (!name.startsWith(parts[0])) {
      return false;
    }
    int at = parts[0].length();
    for (int i = 1; i < parts.length - 1; i++) {
      int found = name.indexOf(parts[i], at);
      if (found < 0) {
        return false;
      }
      at = found + parts[i].length();
    }
    String last = parts[parts.length - 1];
    return name.length() - at >= last.length() && name.endsWith(last);
  }

  @Override
  public String toString() {
    return text;
  }
}
