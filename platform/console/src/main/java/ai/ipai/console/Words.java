package ai.ipai.console;

import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns values into what people read. Templates call it {@code f}. */
public final class Words {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final int MAX_CELL = 200;

  private final Clock clock;

  public Words(Clock clock) {
    this.clock = clock;
  }

  /** With separators of thousands: {@code 12,345}. */
  public String count(Number number) {
    return decimals("#,##0").format(number);
  }

  /** Rows that were counted up to a limit: {@code 100,000+}. */
  public String rows(Number number, boolean isCapped) {
    return count(number) + (isCapped ? "+" : "");
  }

  public String time(Instant instant) {
    return TIME.format(instant);
  }

  /** {@code 5 min ago}; a dash where nothing is known. */
  public String ago(Optional<Instant> instant) {
    return instant.map(this::ago).orElse("–");
  }

  private String ago(Instant instant) {
    Duration age = Duration.between(instant, clock.instant());
    if (age.toSeconds() < 60) {
      return "just now";
    }
    if (age.toMinutes() < 60) {
      return age.toMinutes() + " min ago";
    }
    if (age.toHours() < 48) {
      return age.toHours() + " h ago";
    }
    return age.toDays() + " days ago";
  }

  /** How long something took; empty while it goes on. */
  public String took(Instant from, Optional<Instant> to) {
    return to.map(
            end -> {
              long millis = Duration.between(from, end).toMillis();
              return millis < 10_000
                  ? String.format(Locale.ROOT, "%.2f s", millis / 1000.0)
                  : millis / 1000 + " s";
            })
        .orElse("");
  }

  /** A cell of a table; long ones are cut. */
  public String cell(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    String text = value instanceof BigDecimal number ? number.toPlainString() : value.toString();
    return text.length() <= MAX_CELL ? text : text.substring(0, MAX_CELL - 1) + "…";
  }

  /** A figure in the format that its measure declares. */
  public String figure(@Nullable Object value, String format) {
    if (value == null) {
      return "–";
    }
    if (!(value instanceof Number number)) {
      return cell(value);
    }
    return switch (format) {
      case "money" -> decimals("#,##0.00").format(number);
      case "percent" -> decimals("#,##0.#'%'").format(number.doubleValue() * 100);
      case "duration" -> decimals("#,##0.#").format(number) + " h";
      default -> decimals("#,##0.###").format(number);
    };
  }

  /** Whether a value stands right in its column. */
  public boolean isNumber(@Nullable Object value) {
    return value instanceof Number;
  }

  public boolean isNull(@Nullable Object value) {
    return value == null;
  }

  /** Two digits behind the point. */
  public String similarity(Number value) {
    return String.format(Locale.ROOT, "%.2f", value.doubleValue());
  }

  /** {@code bi developer} for {@code ipai_bi_developer}. */
  public String role(String name) {
    return name.replaceFirst("^ipai_", "").replace('_', ' ');
  }

  /** A state as a class of the style sheet: good, warn, bad, idle. */
  public String tone(String status) {
    return switch (status) {
      case "pass", "succeeded", "published", "allow" -> "good";
      case "warn", "partial", "cancelled", "interrupted" -> "warn";
      case "fail", "failed", "error", "deny" -> "bad";
      default -> "idle";
    };
  }

  private static DecimalFormat decimals(String pattern) {
    return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT));
  }
}
