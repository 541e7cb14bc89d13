package ai.ipai.ingest.definition;

import ai.ipai.spi.connector.Settings;
import java.util.Locale;
import java.util.Map;

/**
 * What a stream may change in its table.
 *
 * @param columns for columns that the table does not have
 * @param types for values that do not fit the type of their column
 */
public record Contract(Drift columns, Drift types) {
  public static final Contract EVOLVING = new Contract(Drift.EVOLVE, Drift.EVOLVE);

  /** Whether the table takes whatever comes, by getting wider. */
  public boolean evolves() {
    return columns == Drift.EVOLVE && types == Drift.EVOLVE;
  }

  /**
   * Reads {@code contract: freeze} or {@code contract: {columns: freeze, types: discard_value}}.
   *
   * @throws ai.ipai.spi.error.IpaiException {@code CON-002}
   */
  static Contract of(Settings settings, Contract otherwise) {
    Object value = settings.values().get("contract");
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Map) {
      Settings parts = settings.mapping("contract");
      for (String key : parts.values().keySet()) {
        if (!key.equals("columns") && !key.equals("types")) {
          throw parts.fault(key, "is no part of a contract", "columns or types");
        }
      }
      return new Contract(
          drift(parts, "columns", otherwise.columns()), drift(parts, "types", otherwise.types()));
    }
    Drift both = drift(settings, "contract", Drift.EVOLVE);
    return new Contract(both, both);
  }

  private static Drift drift(Settings settings, String key, Drift otherwise) {
    return settings.findText(key).map(word -> drift(settings, key, word)).orElse(otherwise);
  }

  private static Drift drift(Settings settings, String key, String word) {
    for (Drift drift : Drift.values()) {
      if (drift.word().equals(word.toLowerCase(Locale.ROOT))) {
        return drift;
      }
    }
    throw settings.fault(key, "is unknown", "evolve, freeze, discard_row or discard_value");
  }
}
