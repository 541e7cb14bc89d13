package ai.ipai.gateway.rest.catalog;

import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which keys of tables views show, through other views as well. */
final class ViewKeys {
  /** A view that shows all columns of a key, and what it calls them, in the key's order. */
  record Shown(QualifiedName view, List<String> columns) {}

  /**
   * A view of which the exposed schemas need to know.
   *
   * @param columns names by number
   */
  record View(
      long relation,
      QualifiedName name,
      boolean isExposed,
      Map<Integer, String> columns,
      List<NodeTree.Shown> shown) {}

  private record Origin(long relation, int column) {}

  private final Map<QualifiedName, Map<Origin, Set<String>>> shown = new LinkedHashMap<>();

  ViewKeys(List<View> views) {
    Map<Long, View> byRelation = new HashMap<>();
    views.forEach(view -> byRelation.put(view.relation(), view));
    for (View view : views) {
      if (view.isExposed()) {
        Map<Origin, Set<String>> origins = new HashMap<>();
        for (NodeTree.Shown one : view.shown()) {
          @Nullable String name = view.columns().get(one.viewColumn());
          if (name != null) {
            follow(one, name, byRelation, origins, new ArrayList<>());
          }
        }
        shown.put(view.name(), origins);
      }
    }
  }

  private static void follow(
      NodeTree.Shown at,
      String name,
      Map<Long, View> views,
      Map<Origin, Set<String>> origins,
      List<Long> path) {
    if (path.contains(at.relation())) {
      return;
    }
    origins
        .computeIfAbsent(new Origin(at.relation(), at.column()), none -> new LinkedHashSet<>())
        .add(name);
    View inner = views.get(at.relation());
    if (inner != null) {
      List<Long> further = new ArrayList<>(path);
      further.add(at.relation());
      inner.shown().stream()
          .filter(next -> next.viewColumn() == at.column())
          .forEach(next -> follow(next, name, views, origins, further));
    }
  }

  /** Views that show the whole key, or what a foreign key refers to; several for several names. */
  List<Shown> of(Key key, boolean referenced) {
    long relation = referenced ? key.foreignRelation() : key.relation();
    List<Integer> numbers = referenced ? key.foreignNumbers() : key.numbers();
    List<Shown> found = new ArrayList<>();
    shown.forEach(
        (view, origins) -> {
          List<List<String>> combined = List.of(List.of());
          for (int number : numbers) {
            combined =
                extended(combined, origins.getOrDefault(new Origin(relation, number), Set.of()));
          }
          combined.forEach(columns -> found.add(new Shown(view, columns)));
        });
    return found;
  }

  private static List<List<String>> extended(List<List<String>> lists, Set<String> names) {
    List<List<String>> longer = new ArrayList<>();
    for (List<String> list : lists) {
      for (String name : names) {
        List<String> one = new ArrayList<>(list);
        one.add(name);
        longer.add(one);
      }
    }
    return longer;
  }

  /** The primary keys of its tables that a view shows; of several names of a column the first. */
  Map<QualifiedName, List<String>> primaryKeys(List<Key> keys) {
    Map<QualifiedName, List<String>> found = new HashMap<>();
    for (Key key : keys) {
      if (key.kind() == Key.Kind.PRIMARY) {
        Set<QualifiedName> done = new LinkedHashSet<>();
        for (Shown one : of(key, false)) {
          if (done.add(one.view())) {
            found.computeIfAbsent(one.view(), none -> new ArrayList<>()).addAll(one.columns());
          }
        }
      }
    }
    return found;
  }
}
