package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.connector.SourceColumn;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A field as {@code fields_get} describes it to the reading user. */
record OdooField(
    String name,
    String type,
    String label,
    boolean stored,
    boolean searchable,
    boolean perCompany) {

  static OdooField of(String name, JsonNode description) {
    return new OdooField(
        name,
        description.path("type").asString("char"),
        description.path("string").asString(""),
        description.path("store").booleanValue(false),
        description.path("searchable").booleanValue(true),
        description.path("company_dependent").booleanValue(false));
  }

  /**
   * Whether it is read without being asked for. {@code store} is said of one2many and of binary
   * fields kept as attachments too, which have no column.
   */
  boolean isReadByDefault() {
    return stored && !type.equals("one2many") && !type.equals("binary");
  }

  SourceColumn column() {
    return new SourceColumn(name, columnType(), label);
  }

  private ColumnType columnType() {
    return switch (type) {
      case "integer", "many2one", "many2one_reference" -> ColumnType.BIGINT;
      case "float", "monetary" -> ColumnType.NUMERIC;
      case "boolean" -> ColumnType.BOOLEAN;
      case "date" -> ColumnType.DATE;
      case "datetime" -> ColumnType.TIMESTAMPTZ;
      case "many2many", "one2many", "json", "properties", "properties_definition" ->
          ColumnType.JSON;
      default -> ColumnType.TEXT;
    };
  }

  /** False stands for null in every type but boolean. Times are UTC, without saying so. */
  @Nullable Object value(JsonNode node) {
    if (type.equals("boolean")) {
      return node.isBoolean() ? Boolean.valueOf(node.booleanValue()) : raw(node);
    }
    if (node.isNull() || node.isMissingNode() || (node.isBoolean() && !node.booleanValue())) {
      return null;
    }
    return switch (columnType()) {
      case BIGINT -> node.isArray() && !node.isEmpty() ? raw(node.get(0)) : raw(node);
      case DATE -> date(node);
      case TIMESTAMPTZ -> instant(node);
      case JSON -> new JsonText(node.toString());
      default -> raw(node);
    };
  }

  private static Object raw(JsonNode node) {
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    if (node.isNumber()) {
      return node.decimalValue();
    }
    return node.isString() ? node.stringValue() : new JsonText(node.toString());
  }

  private static Object date(JsonNode node) {
    try {
      return LocalDate.parse(node.asString());
    } catch (DateTimeException e) {
      return raw(node);
    }
  }

  private static Object instant(JsonNode node) {
    try {
      return LocalDateTime.parse(node.asString().replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return raw(node);
    }
  }
}
