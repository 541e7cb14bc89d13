package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.error.IpaiException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A model as the reading user sees it, with what the settings choose of it.
 *
 * @param chosen fields to read, {@code id} first
 * @param all by name
 * @param filter a domain that limits the records, already checked
 */
record OdooModel(
    String name, List<OdooField> chosen, Map<String, OdooField> all, List<Object> filter) {
  static final String COMPANY_VALUES = ".company_value";

  private static final List<String> ATTRIBUTES =
      List.of("string", "type", "store", "searchable", "company_dependent");

  /** Asks the server which fields there are for this user; others would fail the whole reading. */
  static OdooModel fetch(OdooApi api, String name, List<String> everywhere, Settings options) {
    JsonNode answer = api.call(name, "fields_get", List.of(), Map.of("attributes", ATTRIBUTES));
    Map<String, OdooField> all = new LinkedHashMap<>();
    answer
        .properties()
        .forEach(entry -> all.put(entry.getKey(), OdooField.of(entry.getKey(), entry.getValue())));
    all.putIfAbsent("id", new OdooField("id", "integer", "ID", true, true, false));
    List<OdooField> chosen = FieldChoice.of(name, all, everywhere, options.texts("fields"));
    List<Object> filter = DomainFilter.check(name, all, options);
    return new OdooModel(name, chosen, all, filter);
  }

  StreamDescriptor descriptor() {
    Set<ReadMode> modes = EnumSet.of(ReadMode.SNAPSHOT, ReadMode.RECONCILE);
    if (tellsChanges()) {
      modes.add(ReadMode.CHANGES);
    }
    return new StreamDescriptor(name, columns(), List.of("id"), modes, "Odoo model " + name);
  }

  /** The stream of the values that depend on the company. */
  StreamDescriptor companyValues() {
    List<SourceColumn> columns = new ArrayList<>();
    columns.add(SourceColumn.of("company_id", ColumnType.BIGINT));
    columns.add(SourceColumn.of("record_id", ColumnType.BIGINT));
    perCompany().forEach(field -> columns.add(field.column()));
    return new StreamDescriptor(
        name + COMPANY_VALUES,
        columns,
        List.of("company_id", "record_id"),
        Set.of(ReadMode.SNAPSHOT),
        "Values of " + name + " in each company");
  }

  List<OdooField> perCompany() {
    return all.values().stream()
        .filter(field -> (field.perCompany() && field.isReadByDefault()) || isCode(field))
        .toList();
  }

  /** The code of an account is computed per company, which its description does not say. */
  private boolean isCode(OdooField field) {
    return name.equals("account.account") && field.name().equals("code");
  }

  boolean tellsChanges() {
    OdooField written = all.get("write_date");
    return written != null && written.stored();
  }

  List<SourceColumn> columns() {
    return chosen.stream().map(OdooField::column).toList();
  }

  List<String> fieldNames() {
    return chosen.stream().map(OdooField::name).toList();
  }

  static IpaiException unknownField(String model, String field) {
    return new IpaiException(
            OdooErrors.FIELD, "model " + model + " has no field " + field + " for this user")
        .fact("model", model)
        .fact("field", field)
        .hint("the reading user may lack the group that the field is reserved to");
  }
}
