package ai.ipai.connectors.odoo.replay;

import tools.jackson.databind.JsonNode;

/**
 * What {@code fields_get} says of a field.
 *
 * @param description as recorded
 */
record FieldSpec(
    String type, String relation, boolean stored, boolean searchable, JsonNode description) {
  static FieldSpec of(JsonNode description) {
    return new FieldSpec(
        description.path("type").stringValue("char"),
        description.path("relation").stringValue(""),
        description.path("store").booleanValue(false),
        description.path("searchable").booleanValue(true),
        description);
  }

  boolean isMany() {
    return type.equals("many2many") || type.equals("one2many");
  }

  boolean isReference() {
    return type.equals("many2one");
  }

  boolean isCompanyDependent() {
    return description.path("company_dependent").booleanValue(false);
  }
}
