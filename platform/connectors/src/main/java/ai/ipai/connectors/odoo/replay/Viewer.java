package ai.ipai.connectors.odoo.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One user under one context: what he may see and how values look to him.
 *
 * @param companies he looks at, the first deciding the values that depend on the company
 * @param chose whether the context named them
 */
record Viewer(
    ReplayUser user, List<Long> companies, boolean chose, boolean activeTest, String language) {

  static Viewer of(ReplayUser user, JsonNode context) {
    List<Long> companies = new ArrayList<>();
    context.path("allowed_company_ids").forEach(id -> companies.add(id.longValue()));
    if (!user.companies().containsAll(companies)) {
      throw OdooFault.access("Access to unauthorized or invalid companies.");
    }
    String language = context.path("lang").stringValue("en_US");
    if (!List.of("en_US", "fr_FR").contains(language)) {
      throw OdooFault.user("Invalid language code: " + language);
    }
    boolean chose = !companies.isEmpty();
    if (!chose) {
      companies.add(user.company());
      user.companies().stream().filter(id -> id != user.company()).forEach(companies::add);
    }
    return new Viewer(
        user, companies, chose, context.path("active_test").booleanValue(true), language);
  }

  /** Whether the record rules let this user see the record. */
  boolean sees(RecordedModel model, ObjectNode row) {
    return seesCompany(model, row) && user.ownsOrMaySee(model.name(), row);
  }

  private boolean seesCompany(RecordedModel model, ObjectNode row) {
    if (model.name().equals("account.account")) {
      for (JsonNode id : row.path("company_ids")) {
        if (companies.contains(id.longValue())) {
          return true;
        }
      }
      return false;
    }
    JsonNode company = row.path("company_id");
    boolean ruled = !model.name().equals("res.users") && !model.name().equals("ir.model.data");
    return !ruled
        || RecordedModel.isEmpty(company)
        || !company.isArray()
        || companies.contains(company.get(0).longValue());
  }

  /** The record with the values of the first company and of the language. */
  ObjectNode view(Recording recording, RecordedModel model, ObjectNode row) {
    ObjectNode view = row;
    long id = row.get("id").longValue();
    Map<Long, ObjectNode> values = recording.ofCompany(model.name(), companies.getFirst());
    if (values.containsKey(id)) {
      view = overlaid(model, row, values.get(id));
    } else if (model.name().equals("account.account") && companies.getFirst() != 1) {
      view = row.deepCopy();
      view.put("code", false).put("code_store", false).set("display_name", row.get("name"));
    }
    ObjectNode words = recording.inLanguage(model.name(), language).get(id);
    if (words != null) {
      view = view.deepCopy();
      view.set("name", words.get("name"));
      view.set("display_name", words.get("display_name"));
    } else if (model.name().equals("product.product") && !language.equals("en_US")) {
      view = translatedVariant(recording, view);
    }
    return view;
  }

  private static ObjectNode overlaid(RecordedModel model, ObjectNode row, ObjectNode values) {
    ObjectNode view = row.deepCopy();
    values
        .properties()
        .forEach(
            value -> {
              FieldSpec field = model.field(value.getKey());
              boolean dependent = field != null && field.isCompanyDependent();
              if (dependent
                  || value.getKey().equals("code")
                  || value.getKey().equals("display_name")) {
                view.set(value.getKey(), value.getValue());
              }
            });
    if (values.has("code") && row.has("code_store")) {
      view.set("code_store", values.get("code"));
    }
    return view;
  }

  private ObjectNode translatedVariant(Recording recording, ObjectNode row) {
    JsonNode template = row.path("product_tmpl_id");
    if (!template.isArray()) {
      return row;
    }
    ObjectNode words =
        recording.inLanguage("product.template", language).get(template.get(0).longValue());
    if (words == null) {
      return row;
    }
    ObjectNode view = row.deepCopy();
    String old = row.path("name").stringValue("");
    String name = words.path("name").stringValue(old);
    view.put("name", name);
    view.put("display_name", row.path("display_name").stringValue("").replace(old, name));
    return view;
  }
}
