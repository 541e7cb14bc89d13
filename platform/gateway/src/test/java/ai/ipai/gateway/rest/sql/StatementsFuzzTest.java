package ai.ipai.gateway.rest.sql;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.catalog.Column;
import ai.ipai.gateway.rest.catalog.Relationship;
import ai.ipai.gateway.rest.catalog.Relationship.Cardinality;
import ai.ipai.gateway.rest.catalog.Relationship.Keyed;
import ai.ipai.gateway.rest.catalog.Relationship.Pair;
import ai.ipai.gateway.rest.catalog.Table;
import ai.ipai.gateway.rest.fault.RestFault;
import ai.ipai.gateway.rest.plan.Planner;
import ai.ipai.gateway.rest.plan.RestPlan;
import ai.ipai.gateway.rest.request.Action;
import ai.ipai.gateway.rest.request.Incoming;
import ai.ipai.gateway.rest.request.RestRequest;
import ai.ipai.gateway.rest.request.RestRequestReader;
import ai.ipai.gateway.rest.setting.RestSettings;
import ai.ipai.spi.name.QualifiedName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever a caller writes, of the statement it becomes only values that are bound and names that
 * are quoted. Each run takes the same requests; more of them with {@code ipai.test.all}.
 */
@Tag("REQ-REST-003")
final class StatementsFuzzTest {
  private static final int REQUESTS = Boolean.getBoolean("ipai.test.all") ? 200_000 : 20_000;
  private static final QualifiedName ITEMS = QualifiedName.of("test", "items");
  private static final QualifiedName OWNERS = QualifiedName.of("test", "owners");

  /** Pieces that no statement of ours holds by itself. */
  private static final List<String> HOSTILE =
      List.of(
          "zqx",
          "zqx\"",
          "zqx'",
          "zqx\\",
          "zqx--",
          "zqx/*",
          "zqx;",
          "\"zqx\"",
          "zqx$$",
          "zqx?",
          "zqx\0",
          "zqxé",
          "zqx::int",
          "zqx(",
          "zqx)",
          "'zqx'",
          "\"zqx\"\"y\"",
          "E'zqx'",
          "zqx}");

  private static final List<String> PIECES =
      List.of(
          "id",
          "name",
          "data",
          "owner_id",
          "owners",
          "*",
          ",",
          ".",
          "(",
          ")",
          "->",
          "->>",
          "::",
          "text",
          "int",
          "eq",
          "not",
          "in",
          "is",
          "null",
          "any",
          "like",
          "fts",
          "english",
          "cs",
          "{",
          "}",
          ":",
          "!inner",
          "!",
          "...",
          "count()",
          ".sum()",
          "asc",
          "desc",
          "nullslast",
          "and",
          "or",
          "=",
          "1",
          "-1",
          "\"",
          " ",
          "true");

  private final Random random = new Random(20_261_123);
  private final RestSettings settings =
      new RestSettings(
          List.of("test"),
          List.of(),
          OptionalLong.of(100),
          true,
          true,
          RestSettings.TransactionEnd.COMMIT,
          Optional.empty(),
          Map.of(),
          List.of(),
          true,
          false);
  private final Catalog catalog = catalog();

  @Test
  void nothingOfTheRequestStandsInTheStatementUnquoted() {
    int understood = 0;
    for (int i = 0; i < REQUESTS; i++) {
      String query = query();
      try {
        Query statement = statement(query);
        understood++;
        assertThat(withoutNames(statement.text()).toLowerCase(java.util.Locale.ROOT))
            .as(query)
            .doesNotContain("zqx")
            .doesNotContain("--")
            .doesNotContain("/*")
            .doesNotContain(";")
            .doesNotContain("\"");
        assertThat(statement.text().chars().filter(c -> c == 0)).isEmpty();
        assertThat(holes(statement.text())).as(query).isEqualTo(statement.binds().size());
      } catch (RestFault refused) {
        assertThat(refused.status()).as(query).isBetween(300, 499);
      }
    }
    assertThat(understood).isGreaterThan(REQUESTS / 10);
  }

  private static int holes(String sql) {
    return (int) withoutNames(sql).chars().filter(c -> c == '?').count();
  }

  /** As PostgreSQL reads quoted identifiers: a doubled quote is part of the name. */
  private static String withoutNames(String sql) {
    return Pattern.compile("\"(?:[^\"]|\"\")*\"").matcher(sql).replaceAll(" ");
  }

  private Query statement(String query) {
    RestRequest request =
        RestRequestReader.read(
            new Incoming("GET", List.of("items"), "/items", query, List.of(), new byte[0]),
            settings);
    RestPlan plan = new Planner(catalog, settings).plan(request, (Action.Read) request.action());
    return new Statements(catalog, settings, request).main(plan);
  }

  private String query() {
    StringBuilder query = new StringBuilder("select=").append(encoded(select()));
    int filters = random.nextInt(3);
    for (int i = 0; i < filters; i++) {
      query.append('&').append(encoded(field())).append('=').append(encoded(condition()));
    }
    if (random.nextBoolean()) {
      query.append("&order=").append(encoded(field() + pick(List.of("", ".asc", ".desc"))));
    }
    if (random.nextInt(4) == 0) {
      query.append("&or=").append(encoded("(" + field() + ".eq." + word() + ",id.eq.1)"));
    }
    return query.toString();
  }

  private String select() {
    return switch (random.nextInt(6)) {
      case 0 -> soup();
      case 1 -> word() + ":" + field();
      case 2 -> field() + "::" + pick(List.of("text", "int", word(), "char", "zqx text"));
      case 3 -> "*,owners(" + field() + "," + alias() + "name)";
      case 4 -> alias() + "owners!inner(" + field() + ")";
      default -> field() + ",...owners(" + alias() + "name)";
    };
  }

  private String alias() {
    return random.nextBoolean() ? quoted(word()) + ":" : "";
  }

  private String field() {
    String name = random.nextBoolean() ? pick(List.of("id", "name", "data")) : quoted(word());
    return random.nextInt(3) == 0 ? name + pick(List.of("->", "->>")) + word() : name;
  }

  private String condition() {
    return switch (random.nextInt(5)) {
      case 0 -> soup();
      case 1 -> "in.(" + word() + "," + quoted(word()) + ")";
      case 2 -> "not.like(any)." + word();
      case 3 -> "fts(english)." + word();
      default -> "eq." + word();
    };
  }

  private String soup() {
    StringBuilder soup = new StringBuilder();
    int length = random.nextInt(8);
    for (int i = 0; i < length; i++) {
      soup.append(random.nextInt(5) == 0 ? pick(HOSTILE) : pick(PIECES));
    }
    return soup.toString();
  }

  private String word() {
    return pick(HOSTILE);
  }

  private static String quoted(String word) {
    return '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private String pick(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static Catalog catalog() {
    Keyed owner =
        new Keyed(
            ITEMS,
            OWNERS,
            false,
            Cardinality.MANY_TO_ONE,
            "items_owner_fkey",
            List.of(new Pair("owner_id", "id")),
            false,
            false,
            false);
    return new Catalog(
        List.of("test"),
        Map.of(
            ITEMS, table(ITEMS, "id", "name", "data", "owner_id"),
            OWNERS, table(OWNERS, "id", "name")),
        Map.of(ITEMS, List.<Relationship>of(owner)),
        Map.of(),
        List.of(),
        List.of(),
        Set.of("row_to_json"),
        Map.of("pg_catalog", Set.of("text", "int4")));
  }

  private static Table table(QualifiedName name, String... names) {
    Map<String, Column> columns = new LinkedHashMap<>();
    for (String column : names) {
      columns.put(
          column,
          new Column(
              column,
              "text",
              "text",
              true,
              Optional.empty(),
              OptionalInt.empty(),
              List.of(),
              Optional.empty()));
    }
    return new Table(
        name, false, true, true, true, List.of("id"), columns, Optional.empty(), Set.of());
  }
}
