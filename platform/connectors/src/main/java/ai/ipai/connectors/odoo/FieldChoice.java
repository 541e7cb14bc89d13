package ai.ipai.connectors.odoo;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which fields of a model are read: the stored ones, unless {@code fields} says otherwise. {@code
 * +name} adds, {@code -name} removes, bare names stand for themselves alone.
 */
final class FieldChoice {
  private FieldChoice() {}

  static List<OdooField> of(
      String model, Map<String, OdooField> all, List<String> everywhere, List<String> own) {
    Set<String> names = new LinkedHashSet<>();
    names.add("id");
    List<String> bare = own.stream().filter(word -> !isSigned(word)).toList();
    if (bare.isEmpty()) {
      all.values().stream()
          .filter(OdooField::isReadByDefault)
          .forEach(field -> names.add(field.name()));
    }
    for (String word : everywhere) {
      if (isSigned(word) && all.containsKey(word.substring(1))) {
        apply(names, word);
      }
    }
    for (String word : own) {
      String name = isSigned(word) ? word.substring(1) : word;
      if (!all.containsKey(name)) {
        throw OdooModel.unknownField(model, name);
      }
      apply(names, isSigned(word) ? word : "+" + word);
    }
    names.add("id");
    List<OdooField> chosen = new ArrayList<>();
    for (String name : names) {
      OdooField field = all.get(name);
      if (field != null) {
        chosen.add(field);
      }
    }
    return List.copyOf(chosen);
  }

  private static boolean isSigned(String word) {
    return word.startsWith("+") || word.startsWith("-");
  }

  private static void apply(Set<String> names, String word) {
    if (word.startsWith("+")) {
      names.add(word.substring(1));
    } else {
      names.remove(word.substring(1));
    }
  }
}
