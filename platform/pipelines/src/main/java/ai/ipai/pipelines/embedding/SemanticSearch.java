package ai.ipai.pipelines.embedding;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds rows by meaning, as the caller: row security and masks decide what is compared at all, so
 * neither a row nor its rank tells about rows that the caller may not see. Exact, without an index.
 */
public final class SemanticSearch {
  private static final int MAX_LIMIT = 200;

  private final CallerTransactions transactions;
  private final TextEmbedder embedder;

  public SemanticSearch(CallerTransactions transactions, TextEmbedder embedder) {
    this.transactions = transactions;
    this.embedder = embedder;
  }

  /**
   * What is asked.
   *
   * @param relation with an embedding column
   * @param column that column, such as {@code embedding}
   * @param text in any words
   * @param limit 1 to 200
   */
  public record Question(QualifiedName relation, String column, String text, int limit) {}

  /**
   * A row that was found.
   *
   * @param similarity cosine, 1 for the same meaning
   * @param values all columns but the embedding, as text, in the relation's order
   */
  public record Hit(double similarity, Map<String, @Nullable String> values) {}

  /**
   * The nearest rows that the caller may see, nearest first.
   *
   * @throws IpaiException {@code PIP-031} where there is no such relation or embedding for the
   *     caller: absent and forbidden look the same; those of {@link CallerTransactions#run}
   */
  public List<Hit> search(Caller caller, Question question) {
    float[] vector = embedder.embed(List.of(question.text())).getFirst();
    int limit = Math.clamp(question.limit(), 1, MAX_LIMIT);
    try {
      return transactions.run(
          caller, CallerOptions.reading(), connection -> rank(connection, question, vector, limit));
    } catch (SQLException failed) {
      String state = failed.getSQLState() == null ? "" : failed.getSQLState();
      if (state.startsWith("42") || state.startsWith("3F") || state.equals("22000")) {
        throw absent(question);
      }
      throw new IpaiException(
          PipelineErrors.DATABASE, "the search could not be run (SQLSTATE " + state + ")", failed);
    }
  }

  private static IpaiException absent(Question question) {
    return new IpaiException(
            PipelineErrors.NO_EMBEDDING,
            "there is no embedding " + question.relation() + "." + question.column() + " to search")
        .hint("Name a relation of a model that declares an embedding, and that you may read.");
  }

  private static List<Hit> rank(Connection connection, Question question, float[] vector, int limit)
      throws SQLException {
    List<String> columns = columns(connection, question).orElseThrow(() -> absent(question));
    String embedding = SqlText.identifier(question.column());
    StringBuilder sql = new StringBuilder("select ipai_similarity");
    for (String column : columns) {
      sql.append(", ").append(SqlText.identifier(column)).append("::text");
    }
    // Ranked before anything is rendered, so that only the rows that are shown are converted.
    sql.append(" from (select *, ipai.inner_product(")
        .append(embedding)
        .append(", ?) as ipai_similarity from ")
        .append(question.relation().quoted())
        .append(" where ")
        .append(embedding)
        .append(
            " is not null order by ipai_similarity desc limit ?) as ranked order by ipai_similarity desc");
    try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
      statement.setObject(1, vector);
      statement.setInt(2, limit);
      try (ResultSet rows = statement.executeQuery()) {
        List<Hit> hits = new ArrayList<>();
        while (rows.next()) {
          Map<String, @Nullable String> values = new LinkedHashMap<>();
          for (int i = 0; i < columns.size(); i++) {
            values.put(columns.get(i), rows.getString(i + 2));
          }
          hits.add(new Hit(rows.getDouble(1), values));
        }
        return hits;
      }
    }
  }

  /** Every column but the embedding; empty where the relation or the embedding is not there. */
  private static Optional<List<String>> columns(Connection connection, Question question)
      throws SQLException {
    List<String> columns = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select a.attname from pg_catalog.pg_attribute a
            join pg_catalog.pg_class c on c.oid = a.attrelid
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where n.nspname = ? and c.relname = ? and a.attnum > 0 and not a.attisdropped
              and n.nspname ~ '^(silver|gold|platinum)_' order by a.attnum
            """)) {
      statement.setString(1, question.relation().schema());
      statement.setString(2, question.relation().name());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          columns.add(rows.getString(1));
        }
      }
    }
    return columns.remove(question.column()) ? Optional.of(columns) : Optional.empty();
  }
}
