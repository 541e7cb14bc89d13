package ai.ipai.governance.config;

import ai.ipai.governance.yaml.FilePlace;

/**
 * What somebody wrote for a setting.
 *
 * @param origin the variable, option or place in a file where it stands
 */
record SettingValue(Setting setting, String text, Origin origin, FilePlace place) {
  enum Origin {
    OPTION,
    ENVIRONMENT,
    FILE,
    DEFAULT
  }

  static SettingValue fallback(Setting setting) {
    return new SettingValue(
        setting, setting.fallback(), Origin.DEFAULT, FilePlace.whole(setting.variable()));
  }

  boolean isAbsent() {
    return text.isBlank();
  }

  boolean isFromFile() {
    return origin == Origin.FILE;
  }

  /** Never prints the text. */
  @Override
  public String toString() {
    return setting + " from " + place;
  }
}
