package ai.ipai.spi;

import java.util.Locale;
import java.util.Optional;

/** The four layers of the lakehouse; a schema is named {@code <layer>_<domain>}. */
public enum Layer {
  BRONZE,
  SILVER,
  GOLD,
  PLATINUM;

  /** The schema of a domain in this layer, such as {@code gold_finance}. */
  public String schema(String domain) {
    return prefix() + domain;
  }

  /** The layer that a schema belongs to, by its prefix; empty for schemas outside the lakehouse. */
  public static Optional<Layer> of(String schema) {
    for (Layer layer : values()) {
      if (schema.startsWith(layer.prefix())) {
        return Optional.of(layer);
      }
    }
    return Optional.empty();
  }

  private String prefix() {
    return name().toLowerCase(Locale.ROOT) + "_";
  }
}
