package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A field that is written, and its values in Odoo's three spellings: answer, call, load's cell. */
record WriteField(String name, String type, boolean readonly) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  static WriteField of(String name, JsonNode description) {
    return new WriteField(
        name,
        description.path("type").asString("char"),
        description.path("readonly").booleanValue(false));
  }

  /** Whether there is a spelling of its values that means the same both ways. */
  boolean isWritable() {
    boolean automatic =
        List.of("id", "create_date", "create_uid", "write_date", "write_uid", "display_name")
            .contains(name);
    boolean known =
        switch (type) {
          case "char",
              "text",
              "html",
              "selection",
              "boolean",
              "integer",
              "float",
              "monetary",
              "date",
              "datetime",
              "many2one",
              "many2many" ->
              true;
          default -> false;
        };
    return known && !readonly && !automatic;
  }

  /** What a value is to this field, as {@link #found} would show it. */
  @Nullable Object normal(@Nullable Object value) {
    if (value == null || (value instanceof String text && text.isEmpty())) {
      return type.equals("boolean") ? (Object) false : null;
    }
    try {
      return switch (type) {
        case "boolean" -> bool(value);
        case "integer", "many2one" -> whole(value);
        case "float", "monetary" -> plain(new BigDecimal(value.toString()));
        case "date" -> LocalDate.parse(value.toString().substring(0, 10)).toString();
        case "datetime" -> time(value.toString());
        case "many2many" -> ids(value);
        default -> value.toString();
      };
    } catch (NumberFormatException | DateTimeException | IndexOutOfBoundsException e) {
      throw misfit();
    }
  }

  private boolean bool(Object value) {
    return switch (value.toString()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw misfit();
    };
  }

  private Object whole(Object value) {
    try {
      return new BigDecimal(value.toString()).longValueExact();
    } catch (ArithmeticException e) {
      throw misfit();
    }
  }

  private static BigDecimal plain(BigDecimal value) {
    return value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
  }

  /** Odoo refuses fractions of seconds and zones. */
  private static String time(String text) {
    String iso = text.replace(' ', 'T');
    boolean zoned =
        iso.endsWith("Z") || (iso.length() > 19 && iso.matches(".*[+-]\\d{2}(:?\\d{2})?"));
    return zoned
        ? TIME.format(OffsetDateTime.parse(iso).withOffsetSameInstant(ZoneOffset.UTC))
        : TIME.format(LocalDateTime.parse(iso));
  }

  private Object ids(Object value) {
    if (!(value instanceof List<?> list)) {
      throw misfit();
    }
    return list.stream().map(this::whole).sorted().toList();
  }

  /** Zero and null look the same in Odoo's numbers. */
  @Nullable Object found(JsonNode node) {
    boolean none =
        node.isNull() || node.isMissingNode() || (node.isBoolean() && !node.booleanValue());
    return switch (type) {
      case "boolean" -> !none;
      case "integer" -> none ? Long.valueOf(0) : (Object) node.longValue();
      case "float", "monetary" -> none ? BigDecimal.ZERO : plain(node.decimalValue());
      case "many2one" -> none ? null : (Object) (node.isArray() ? node.get(0) : node).longValue();
      case "many2many" -> {
        List<Long> ids = new ArrayList<>();
        node.forEach(id -> ids.add(id.longValue()));
        ids.sort(null);
        yield ids;
      }
      default -> none ? null : node.asString();
    };
  }

  /** As {@code write} takes it; false is null. */
  Object written(@Nullable Object normal) {
    if (normal instanceof List<?> ids) {
      return List.of(List.of(6, 0, ids));
    }
    return normal == null ? (Object) false : normal;
  }

  /** The column's name for {@code load}: records by their id. */
  String loadName() {
    return type.equals("many2one") || type.equals("many2many") ? name + "/.id" : name;
  }

  /** As {@code load} takes it: text, where an empty one clears the field. */
  String loaded(@Nullable Object normal) {
    return switch (normal) {
      case null -> "";
      case Boolean flag -> flag ? "True" : "False";
      case BigDecimal decimal -> decimal.toPlainString();
      case List<?> ids -> String.join(",", ids.stream().map(String::valueOf).toList());
      default -> normal.toString();
    };
  }

  private IpaiException misfit() {
    return new IpaiException(
            ConnectorErrors.TARGET_REFUSED,
            "a value does not fit field %s (%s)".formatted(name, type))
        .fact("field", name)
        .hint("mend the query of the job");
  }
}
