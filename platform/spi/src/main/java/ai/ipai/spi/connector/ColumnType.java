package ai.ipai.spi.connector;

/**
 * The types that land in bronze, each with the Java type that a reader gives. The loader accepts
 * any value and converts it where nothing is lost; what does not fit goes to {@code _ipai_rescued}.
 */
public enum ColumnType {
  /** {@link Boolean}. */
  BOOLEAN("boolean"),
  /** {@link Long} or {@link Integer}. */
  BIGINT("bigint"),
  /** {@link java.math.BigDecimal}: exact. */
  NUMERIC("numeric"),
  /** {@link Double}, where the source itself is binary. */
  DOUBLE("double precision"),
  /** {@link String}. */
  TEXT("text"),
  /** {@link java.time.LocalDate}. */
  DATE("date"),
  /** {@link java.time.LocalDateTime}: a time on a wall, zone unknown. */
  TIMESTAMP("timestamp without time zone"),
  /** {@link java.time.Instant} or {@link java.time.OffsetDateTime}. */
  TIMESTAMPTZ("timestamp with time zone"),
  /** {@link JsonText}. */
  JSON("jsonb"),
  /** {@code byte[]}. */
  BYTES("bytea");

  private final String sqlName;

  ColumnType(String sqlName) {
    this.sqlName = sqlName;
  }

  /** As {@code format_type} prints it. */
  public String sqlName() {
    return sqlName;
  }

  /** The narrowest type that holds every value of both. */
  public ColumnType widenedBy(ColumnType other) {
    if (this == other) {
      return this;
    }
    if (isNumber() && other.isNumber()) {
      return this == DOUBLE || other == DOUBLE ? TEXT : NUMERIC;
    }
    return isDay() && other.isDay() ? TIMESTAMP : TEXT;
  }

  private boolean isDay() {
    return this == DATE || this == TIMESTAMP;
  }

  private boolean isNumber() {
    return this == BIGINT || this == NUMERIC || this == DOUBLE;
  }
}
