package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.jinja.Arguments;
import ai.ipai.pipelines.jinja.TemplateException;
import ai.ipai.pipelines.jinja.TemplateFunction;
import ai.ipai.pipelines.jinja.TemplateObject;
import ai.ipai.pipelines.jinja.Undefined;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A moment in UTC, with what templates do with Python's {@code datetime}. */
record TimeObject(ZonedDateTime time) implements TemplateObject, Comparable<TimeObject> {
  TimeObject(Instant instant) {
    this(instant.atZone(ZoneOffset.UTC));
  }

  @Override
  public @Nullable Object attribute(String name) {
    return switch (name) {
      case "year" -> (long) time.getYear();
      case "month" -> (long) time.getMonthValue();
      case "day" -> (long) time.getDayOfMonth();
      case "hour" -> (long) time.getHour();
      case "minute" -> (long) time.getMinute();
      case "second" -> (long) time.getSecond();
      case "isoformat" -> (TemplateFunction) arguments -> time.toOffsetDateTime().toString();
      case "date" -> (TemplateFunction) arguments -> time.toLocalDate().toString();
      case "weekday" -> (TemplateFunction) arguments -> time.getDayOfWeek().getValue() - 1L;
      case "strftime" -> (TemplateFunction) arguments -> format(arguments.text(0, "format", name));
      case "astimezone", "replace" -> (TemplateFunction) arguments -> this;
      case "plus_days" -> (TemplateFunction) arguments -> plusDays(arguments);
      default -> new Undefined("datetime." + name);
    };
  }

  private Object plusDays(Arguments arguments) {
    Object days = arguments.require(0, "days", "plus_days");
    return new TimeObject(time.plus(Duration.ofDays(((Number) days).longValue())));
  }

  private String format(String pattern) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != '%' || i + 1 == pattern.length()) {
        text.append(c);
        continue;
      }
      char directive = pattern.charAt(++i);
      text.append(
          directive == '%'
              ? "%"
              : DateTimeFormatter.ofPattern(java(directive), Locale.ROOT).format(time));
    }
    return text.toString();
  }

  private static String java(char directive) {
    return switch (directive) {
      case 'Y' -> "yyyy";
      case 'y' -> "yy";
      case 'm' -> "MM";
      case 'd' -> "dd";
      case 'H' -> "HH";
      case 'M' -> "mm";
      case 'S' -> "ss";
      case 'f' -> "SSSSSS";
      case 'j' -> "DDD";
      case 'b' -> "MMM";
      case 'B' -> "MMMM";
      case 'a' -> "EEE";
      case 'A' -> "EEEE";
      case 'z' -> "xx";
      case 'Z' -> "zzz";
      default -> throw new TemplateException("strftime() does not know %" + directive);
    };
  }

  @Override
  public int compareTo(TimeObject other) {
    return time.compareTo(other.time);
  }

  @Override
  public String toString() {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSxxx", Locale.ROOT).format(time);
  }
}
