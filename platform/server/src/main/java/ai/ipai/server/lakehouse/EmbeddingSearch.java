package ai.ipai.server.lakehouse;

import ai.ipai.console.view.SearchHit;
import ai.ipai.gateway.http.Json;
import ai.ipai.pipelines.embedding.TextEmbedder;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * Compares a text with every embedding of platinum that is open to the caller. Row security decides
 * what is compared at all; exact, without an index.
 */
public final class EmbeddingSearch implements MeaningSearch {
  private static final int MAX_TEXT = 600;

  private final Supplier<TextEmbedder> embedder;

  /**
   * Loads no model yet.
   *
   * @param embedder the model; asked for when the first text comes, since it takes memory
   */
  public EmbeddingSearch(Supplier<TextEmbedder> embedder) {
    this.embedder = embedder;
  }

  private record Place(QualifiedName table, String column) {}

  @Override
  public Question question(String text) {
    float[] vector = embedder.get().embed(List.of(text)).getFirst();
    return (connection, limit) -> {
      List<SearchHit> hits = new ArrayList<>();
      for (Place place : places(connection)) {
        hits.addAll(nearest(connection, place, vector, limit));
      }
      hits.sort(Comparator.comparingDouble(SearchHit::similarity).reversed());
      return hits.size() <= limit ? hits : List.copyOf(hits.subList(0, limit));
    };
  }

  private static List<Place> places(Connection connection) throws SQLException {
    List<Place> places = new ArrayList<>();
    try (PreparedStatement statement =
            connection.prepareStatement(
                """
                select t.schema_name, t.table_name, c.column_name
                from ipai.visible_tables() t,
                  lateral ipai.visible_columns(t.schema_name, t.table_name) c
                where t.schema_name like 'platinum\\_%' and c.data_type = 'real[]'
                order by 1, 2, 3
                """);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        places.add(
            new Place(QualifiedName.of(rows.getString(1), rows.getString(2)), rows.getString(3)));
      }
    }
    return places;
  }

  private static List<SearchHit> nearest(
      Connection connection, Place place, float[] vector, int limit) throws SQLException {
    String embedding = SqlText.identifier(place.column);
    String sql =
        """
        select ranked.similarity, (to_jsonb(ranked.document) - %1$s)::text
        from (select (t.*)::%3$s as document, ipai.inner_product(t.%2$s, ?) as similarity from %3$s as t
          where cardinality(t.%2$s) = ? order by 2 desc limit ?) as ranked
        """
            .formatted(SqlText.literal(place.column), embedding, place.table.quoted());
    List<SearchHit> hits = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, vector);
      // Arrays of other lengths are no embeddings of ours.
      statement.setInt(2, vector.length);
      statement.setInt(3, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          hits.add(hit(place, rows.getDouble(1), Json.read(rows.getString(2))));
        }
      }
    }
    return hits;
  }

  private static SearchHit hit(Place place, double similarity, JsonNode row) {
    String text = first(row, "body", "text", "description", "content").orElse("");
    return new SearchHit(
        place.table.toString(),
        first(row, "document_id", "id", "key").orElse(""),
        first(row, "kind", "type").orElse(""),
        first(row, "title", "name").orElse(text),
        text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - 1) + "…",
        similarity);
  }

  private static Optional<String> first(JsonNode row, String... names) {
    for (String name : names) {
      String value = row.path(name).asString("");
      if (!value.isEmpty()) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }
}
