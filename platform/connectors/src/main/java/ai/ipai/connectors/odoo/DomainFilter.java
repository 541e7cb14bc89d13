package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.error.IpaiException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The {@code filter} of a stream: an Odoo domain. Odoo drops a condition on a field that cannot be
 * searched and returns all records, so such a filter is refused here.
 */
final class DomainFilter {
  private DomainFilter() {}

  static List<Object> check(String model, Map<String, OdooField> all, Settings options) {
    Object filter = options.values().get("filter");
    if (filter == null) {
      return List.of();
    }
    if (!(filter instanceof List<?> leaves)) {
      throw options.fault("filter", "is not a domain", "write [[field, operator, value], …]");
    }
    for (Object leaf : leaves) {
      if (leaf instanceof List<?> parts) {
        checkLeaf(model, all, options, parts);
      } else if (!List.of("&", "|", "!").contains(String.valueOf(leaf))) {
        throw options.fault("filter", "is not a domain", "write [[field, operator, value], …]");
      }
    }
    return leaves.stream().<Object>map(Objects::requireNonNull).toList();
  }

  private static void checkLeaf(
      String model, Map<String, OdooField> all, Settings options, List<?> parts) {
    if (parts.size() != 3 || !(parts.get(0) instanceof String path)) {
      throw options.fault(
          "filter", "has a condition of the wrong shape", "[field, operator, value]");
    }
    String name = path.contains(".") ? path.substring(0, path.indexOf('.')) : path;
    @Nullable OdooField field = all.get(name);
    if (field == null) {
      throw OdooModel.unknownField(model, name);
    }
    if (!field.searchable()) {
      throw new IpaiException(
              OdooErrors.NOT_SEARCHABLE,
              "field "
                  + name
                  + " of "
                  + model
                  + " cannot be searched: Odoo would return all records")
          .fact("model", model)
          .fact("field", name)
          .hint("filter by a stored field, or in the models on bronze");
    }
  }
}
