package ai.ipai.connectors.rest;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.connector.Settings;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A field of a record. A value that is not of its type is given as it is: the loader rescues it.
 *
 * @param unit of a number that is a time: 1 for seconds, 1000 for milliseconds; 0 for others
 */
record RestField(String name, List<String> members, ColumnType type, int unit) {

  static RestField of(String name, Settings fields) {
    List<String> members = RestStream.members(name);
    return switch (fields.text(name)) {
      case "text" -> new RestField(name, members, ColumnType.TEXT, 0);
      case "bigint" -> new RestField(name, members, ColumnType.BIGINT, 0);
      case "numeric" -> new RestField(name, members, ColumnType.NUMERIC, 0);
      case "double" -> new RestField(name, members, ColumnType.DOUBLE, 0);
      case "boolean" -> new RestField(name, members, ColumnType.BOOLEAN, 0);
      case "date" -> new RestField(name, members, ColumnType.DATE, 0);
      case "timestamptz" -> new RestField(name, members, ColumnType.TIMESTAMPTZ, 0);
      case "epoch_seconds" -> new RestField(name, members, ColumnType.TIMESTAMPTZ, 1);
      case "epoch_millis" -> new RestField(name, members, ColumnType.TIMESTAMPTZ, 1000);
      case "json" -> new RestField(name, members, ColumnType.JSON, 0);
      default ->
          throw fields.fault(
              name,
              "has an unknown type",
              "write text, bigint, numeric, double, boolean, date, timestamptz, epoch_seconds, epoch_millis or json");
    };
  }

  @Nullable Object value(JsonNode record) {
    JsonNode node = reach(record, members);
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    if (type == ColumnType.JSON || node.isContainer()) {
      return new JsonText(node.toString());
    }
    try {
      if (unit > 0 && node.isNumber()) {
        return Instant.ofEpochMilli(
            node.decimalValue().movePointRight(unit == 1 ? 3 : 0).longValue());
      }
      if (type == ColumnType.TIMESTAMPTZ && node.isString()) {
        return OffsetDateTime.parse(node.stringValue().replace(' ', 'T')).toInstant();
      }
      if (type == ColumnType.DATE && node.isString()) {
        return LocalDate.parse(node.stringValue());
      }
    } catch (DateTimeException | ArithmeticException e) {
      return node.asString();
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return type == ColumnType.DOUBLE ? (Object) node.doubleValue() : (Object) node.longValue();
    }
    if (node.isNumber()) {
      return type == ColumnType.DOUBLE ? (Object) node.doubleValue() : node.decimalValue();
    }
    return node.asString();
  }

  static JsonNode reach(JsonNode from, List<String> members) {
    JsonNode node = from;
    for (String member : members) {
      node = node.path(member);
    }
    return node;
  }
}
