package ai.ipai.pipelines.run;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.embedding.TextEmbedder;
import ai.ipai.pipelines.project.Node;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.digest.Sha256;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fills the embedding column of a fresh build. Each distinct text is embedded once in the life of
 * the installation: the cache is read and written on the publisher's connection, out of reach of
 * model SQL.
 */
final class TableEmbedding implements EmbeddingStep {
  private static final int BATCH = 256;

  private final Database database;
  private final TextEmbedder embedder;

  TableEmbedding(Database database, TextEmbedder embedder) {
    this.database = database;
    this.embedder = embedder;
  }

  /** What a model's configuration says. */
  private record Columns(String text, String into) {}

  @Override
  public void run(Node node, QualifiedName build, BuildSession session) throws SQLException {
    Columns columns = columns(node);
    if (columns == null) {
      return;
    }
    List<String> present = session.columns(build);
    if (!present.contains(columns.text())) {
      throw new IpaiException(
              PipelineErrors.BAD_CONFIG,
              node.code().place().file() + ": there is no column '" + columns.text() + "' to embed")
          .hint("The columns are: " + String.join(", ", present));
    }
    if (present.contains(columns.into())) {
      session.run(
          "alter table " + build.quoted() + " drop column " + SqlText.identifier(columns.into()));
    }
    session.run(
        "alter table "
            + build.quoted()
            + " add column "
            + SqlText.identifier(columns.into())
            + " real[]");
    fill(node, build, columns, session);
  }

  /** The column that it adds to what the model's SQL gives; empty where it adds none. */
  static Optional<String> column(Node node) {
    return Optional.ofNullable(columns(node)).map(Columns::into);
  }

  private static @Nullable Columns columns(Node node) {
    if (!(node.config().platform("embedding") instanceof Map<?, ?> map)) {
      return null;
    }
    if (!(map.get("column") instanceof String text) || node.materialized().equals("view")) {
      throw new IpaiException(
              PipelineErrors.BAD_CONFIG,
              node.code().place().file() + ": an embedding needs a column, and a table to stand in")
          .hint(
              "Write embedding={'column': 'body', 'into': 'embedding'} and materialized='table'.");
    }
    return new Columns(text, map.get("into") instanceof String into ? into : "embedding");
  }

  private void fill(Node node, QualifiedName build, Columns columns, BuildSession session)
      throws SQLException {
    QualifiedName vectors =
        QualifiedName.of(build.schema(), "v_" + Sha256.hex(node.uniqueId()).substring(0, 40));
    session.drop(vectors);
    session.run("create table " + vectors.quoted() + " (text text, embedding real[])");
    String text = SqlText.identifier(columns.text());
    String distinct =
        "select distinct "
            + text
            + "::text from "
            + build.quoted()
            + " where "
            + text
            + " is not null";
    try (Statement asked = session.connection().createStatement();
        PreparedStatement insert =
            session
                .connection()
                .prepareStatement("insert into " + vectors.quoted() + " values (?, ?)")) {
      asked.setFetchSize(BATCH);
      try (ResultSet texts = asked.executeQuery(distinct)) {
        List<String> batch = next(texts);
        while (!batch.isEmpty()) {
          insert(insert, batch);
          batch = next(texts);
        }
      }
    }
    session.run("analyze " + vectors.quoted());
    session.run(
        "update "
            + build.quoted()
            + " as target set "
            + SqlText.identifier(columns.into())
            + " = v.embedding from "
            + vectors.quoted()
            + " as v where v.text = target."
            + text
            + "::text");
    session.drop(vectors);
  }

  /** As many texts as are embedded at once: all of them need not fit into memory. */
  private static List<String> next(ResultSet texts) throws SQLException {
    List<String> batch = new ArrayList<>(BATCH);
    while (batch.size() < BATCH && texts.next()) {
      batch.add(texts.getString(1));
    }
    return batch;
  }

  private void insert(PreparedStatement insert, List<String> batch) throws SQLException {
    List<float[]> embeddings = embeddings(batch);
    for (int i = 0; i < batch.size(); i++) {
      insert.setString(1, batch.get(i));
      insert.setObject(2, embeddings.get(i));
      insert.addBatch();
    }
    insert.executeBatch();
  }

  private List<float[]> embeddings(List<String> texts) throws SQLException {
    List<String> hashes = texts.stream().map(TableEmbedding::hash).toList();
    try (Connection connection = database.connect(Login.PUBLISHER)) {
      Map<String, float[]> known = cached(connection, hashes);
      List<String> missing = new ArrayList<>();
      for (int i = 0; i < texts.size(); i++) {
        if (!known.containsKey(hashes.get(i))) {
          missing.add(texts.get(i));
        }
      }
      List<float[]> made = missing.isEmpty() ? List.of() : embedder.embed(missing);
      for (int i = 0; i < missing.size(); i++) {
        known.put(hash(missing.get(i)), made.get(i));
      }
      remember(connection, missing, made);
      return hashes.stream().map(hash -> known.getOrDefault(hash, new float[0])).toList();
    }
  }

  private Map<String, float[]> cached(Connection connection, List<String> hashes)
      throws SQLException {
    Map<String, float[]> known = new HashMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select pg_catalog.encode(text_hash, 'hex'), embedding from ipai.embedding_cache
            where model = ? and text_hash in (select pg_catalog.decode(h, 'hex') from pg_catalog.unnest(?::text[]) as h)
            """)) {
      statement.setString(1, embedder.name());
      statement.setArray(2, connection.createArrayOf("text", hashes.toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          Float[] boxed = (Float[]) rows.getArray(2).getArray();
          float[] vector = new float[boxed.length];
          for (int i = 0; i < boxed.length; i++) {
            vector[i] = boxed[i];
          }
          known.put(rows.getString(1), vector);
        }
      }
    }
    return known;
  }

  private void remember(Connection connection, List<String> texts, List<float[]> vectors)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "insert into ipai.embedding_cache (model, text_hash, embedding) values (?, pg_catalog.decode(?, 'hex'), ?) on conflict do nothing")) {
      for (int i = 0; i < texts.size(); i++) {
        statement.setString(1, embedder.name());
        statement.setString(2, hash(texts.get(i)));
        statement.setObject(3, vectors.get(i));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static String hash(String text) {
    return Sha256.hex(text);
  }
}
