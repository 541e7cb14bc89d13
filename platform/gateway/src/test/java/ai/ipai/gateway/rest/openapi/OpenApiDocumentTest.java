package ai.ipai.gateway.rest.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.catalog.Column;
import ai.ipai.gateway.rest.catalog.Routine;
import ai.ipai.gateway.rest.catalog.Table;
import ai.ipai.spi.name.QualifiedName;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@Tag("REQ-RESTSPEC-005")
class OpenApiDocumentTest {
  private static Column column(
      String name, String type, boolean isNullable, @Nullable String expression) {
    return new Column(
        name,
        type,
        type,
        isNullable,
        Optional.ofNullable(expression),
        OptionalInt.empty(),
        List.of(),
        Optional.empty());
  }

  private static Table table(boolean isWritable) {
    Map<String, Column> columns = new LinkedHashMap<>();
    columns.put("id", column("id", "integer", false, "nextval('s'::regclass)"));
    columns.put("note", column("note", "text", true, "'none'::text"));
    columns.put("tags", column("tags", "text[]", true, null));
    columns.put("data", column("data", "jsonb", true, null));
    columns.put("done", column("done", "boolean", true, "false"));
    return new Table(
        QualifiedName.of("api", "todo"),
        !isWritable,
        isWritable,
        isWritable,
        isWritable,
        List.of("id"),
        columns,
        Optional.of("Things to do\n\nOne row each."),
        Set.of());
  }

  private static Routine routine(String name, Routine.Volatility volatility) {
    return new Routine(
        QualifiedName.of("api", name),
        Optional.empty(),
        List.of(
            new Routine.Parameter("kind", "api.kind", "api.kind", true, false),
            new Routine.Parameter("ids", "bigint[]", "bigint[]", false, true)),
        QualifiedName.of("pg_catalog", "int4"),
        false,
        false,
        volatility,
        true,
        Optional.empty(),
        Map.of(),
        Set.of());
  }

  private static JsonNode document(Optional<String> comment, Table table, Routine... routines) {
    Catalog catalog =
        new Catalog(
            List.of("api"), Map.of(), Map.of(), Map.of(), List.of(), List.of(), Set.of(), Map.of());
    OpenApiSettings settings =
        new OpenApiSettings(
            OpenApiSettings.Mode.IGNORE_PRIVILEGES,
            URI.create("https://example.com/base"),
            true,
            Optional.empty());
    return Json.read(
        Json.text(
            OpenApiDocument.of(
                new DescribedSchema("api", comment, List.of(table), List.of(routines)),
                catalog,
                settings,
                "1")));
  }

  @Test
  void aColumnTellsItsTypeItsKeyAndAConstantDefault() {
    JsonNode todo = document(Optional.empty(), table(true)).at("/definitions/todo");
    assertThat(todo.at("/required").toString()).isEqualTo("[\"id\"]");
    JsonNode columns = todo.path("properties");
    assertThat(columns.at("/id/format").stringValue()).isEqualTo("int32");
    assertThat(columns.at("/id/description").stringValue())
        .isEqualTo("Note:\nThis is a Primary Key.<pk/>");
    assertThat(columns.path("id").has("default")).isFalse();
    assertThat(columns.at("/note/default").stringValue()).isEqualTo("none");
    assertThat(columns.at("/done/default").booleanValue()).isFalse();
    assertThat(columns.at("/tags/items/type").stringValue()).isEqualTo("string");
    assertThat(columns.path("data").has("type")).isFalse();
  }

  @Test
  void aTableThatCannotBeWrittenHasNoWritingMethods() {
    assertThat(document(Optional.empty(), table(true)).at("/paths/~1todo").propertyNames())
        .containsExactlyInAnyOrder("get", "post", "patch", "delete");
    JsonNode path = document(Optional.empty(), table(false)).at("/paths/~1todo");
    assertThat(path.propertyNames()).containsExactly("get");
    assertThat(path.at("/get/summary").stringValue()).isEqualTo("Things to do");
    assertThat(path.at("/get/description").stringValue()).isEqualTo("One row each.");
  }

  @Test
  void onlyAFunctionWithoutEffectsIsCalledByGet() {
    JsonNode paths =
        document(
                Optional.empty(),
                table(true),
                routine("look", Routine.Volatility.STABLE),
                routine("change", Routine.Volatility.VOLATILE))
            .path("paths");
    assertThat(paths.path("/rpc/look").propertyNames()).containsExactlyInAnyOrder("get", "post");
    assertThat(paths.path("/rpc/change").propertyNames()).containsExactly("post");
    JsonNode arguments = paths.at("/~1rpc~1look/get/parameters");
    assertThat(arguments.at("/0/format").stringValue()).isEqualTo("kind");
    assertThat(arguments.at("/1/collectionFormat").stringValue()).isEqualTo("multi");
    assertThat(arguments.at("/1/items/format").stringValue()).isEqualTo("int64");
  }

  @Test
  void theSchemasCommentIsTitleAndDescription() {
    JsonNode info = document(Optional.of("Title\n\nMore\nlines"), table(true)).path("info");
    assertThat(info.path("title").stringValue()).isEqualTo("Title");
    assertThat(info.path("description").stringValue()).isEqualTo("More\nlines");
  }

  @Test
  void theServerIsTheOneThatClientsReach() {
    JsonNode document = document(Optional.empty(), table(true));
    assertThat(document.path("host").stringValue()).isEqualTo("example.com:443");
    assertThat(document.path("basePath").stringValue()).isEqualTo("/base");
    assertThat(document.path("schemes").toString()).isEqualTo("[\"https\"]");
    assertThat(document.at("/securityDefinitions/JWT/in").stringValue()).isEqualTo("header");
  }
}
