package ai.ipai.connectors.database;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.Settings;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * How much of the last window of changes is read again. A transaction's rows carry a time or a
 * number from when it began, and become visible when it commits: a reader that went on from the
 * highest value would miss them for good.
 */
record Overlap(Duration time, BigDecimal number) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS", Locale.ROOT);

  static Overlap of(Settings options) {
    if (!options.values().containsKey("overlap")) {
      return new Overlap(Duration.ofMinutes(15), BigDecimal.valueOf(1000));
    }
    String text = options.text("overlap");
    return text.matches("\\d{1,18}")
        ? new Overlap(Duration.ofMinutes(15), new BigDecimal(text))
        : new Overlap(options.duration("overlap", Duration.ZERO), BigDecimal.valueOf(1000));
  }

  /** Whether changes can be read by a column of this type. */
  static boolean fits(ColumnType type) {
    return switch (type) {
      case BIGINT, NUMERIC, DATE, TIMESTAMP, TIMESTAMPTZ -> true;
      case BOOLEAN, DOUBLE, TEXT, JSON, BYTES -> false;
    };
  }

  /**
   * From where on values lie ahead of a clock, as a cursor keeps it; empty for what is no time.
   * Times without a zone count as UTC, and tomorrow begins early somewhere.
   */
  static String ahead(ColumnType type, Instant now) {
    OffsetDateTime time = now.atOffset(ZoneOffset.UTC);
    return switch (type) {
      case DATE -> time.toLocalDate().plusDays(1).toString();
      case TIMESTAMP -> time.format(TIME).substring(0, 26);
      case TIMESTAMPTZ -> time.format(TIME).substring(0, 26) + "Z";
      case BIGINT, NUMERIC, BOOLEAN, DOUBLE, TEXT, JSON, BYTES -> "";
    };
  }

  /**
   * Where the next window begins, as a cursor keeps it. Empty, so that everything is read again,
   * where the last one ended at no time or number, or ahead of the source's clock: nobody knows
   * since when changes went unseen.
   */
  String next(ColumnType type, String high, String ahead) {
    try {
      String low = before(type, high);
      return ahead.isEmpty() || type == ColumnType.NUMERIC || low.compareTo(ahead) <= 0 ? low : "";
    } catch (DateTimeException | NumberFormatException e) {
      return "";
    }
  }

  private String before(ColumnType type, String high) {
    return switch (type) {
      case BIGINT, NUMERIC -> new BigDecimal(high).subtract(number).toPlainString();
      case DATE -> LocalDate.parse(high).minusDays(Math.max(1, time.toDays())).toString();
      case TIMESTAMP -> local(high).minus(time).format(TIME).substring(0, 26);
      case TIMESTAMPTZ ->
          OffsetDateTime.parse(high.replace(' ', 'T'))
                  .minus(time)
                  .atZoneSameInstant(ZoneOffset.UTC)
                  .format(TIME)
                  .substring(0, 26)
              + "Z";
      case BOOLEAN, DOUBLE, TEXT, JSON, BYTES -> high;
    };
  }

  private static LocalDateTime local(String text) {
    return LocalDateTime.parse(text.replace(' ', 'T'));
  }
}
