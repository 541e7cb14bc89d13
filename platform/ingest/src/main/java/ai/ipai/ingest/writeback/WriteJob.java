package ai.ipai.ingest.writeback;

import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.error.IpaiException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is to be written.
 *
 * @param name of the job; part of each record's key
 * @param query gives the rows, from any layer
 * @param key the query's column that identifies a row
 * @param match the field of existing records that equals the key; null if records are known by the
 *     keys of this job alone
 * @param creates whether records that are not there are made
 * @param mapping the query's column of each field
 * @param approver the platform role that has to approve
 * @param batch records made by one call
 */
public record WriteJob(
    String name,
    String connector,
    String model,
    String query,
    String key,
    @Nullable String match,
    boolean creates,
    Map<String, String> mapping,
    String approver,
    int batch) {
  private static final int MAX_BATCH = 500;

  public WriteJob {
    mapping = Map.copyOf(mapping);
  }

  /**
   * Reads a file of {@code write_back/}.
   *
   * @throws IpaiException {@code ING-030}
   */
  public static WriteJob of(String name, Map<String, ? extends @Nullable Object> file) {
    Settings settings = Settings.of("write_back/" + name + ".yaml", file);
    if (!name.matches("[a-z][a-z0-9_]{0,30}")) {
      throw wrong(name, "its name is not a word of small letters, digits and _");
    }
    for (String given : new TreeSet<>(file.keySet())) {
      if (!java.util.List.of(
              "connector",
              "model",
              "query",
              "key",
              "match",
              "operation",
              "mapping",
              "approver",
              "batch",
              "description")
          .contains(given)) {
        throw wrong(name, "it has an unknown key, " + given);
      }
    }
    try {
      Map<String, String> mapping = new LinkedHashMap<>();
      Settings fields = settings.mapping("mapping");
      fields.values().keySet().forEach(field -> mapping.put(field, fields.text(field)));
      if (mapping.isEmpty()) {
        throw wrong(name, "mapping names no field");
      }
      String operation = settings.text("operation");
      if (!operation.equals("upsert") && !operation.equals("update")) {
        throw wrong(name, "operation is neither upsert nor update");
      }
      String match = settings.findText("match").orElse(null);
      if (operation.equals("update") && match == null) {
        throw wrong(name, "operation update needs match");
      }
      long batch = settings.integer("batch", 100);
      if (batch < 1 || batch > MAX_BATCH) {
        throw wrong(name, "batch is not within 1 to " + MAX_BATCH);
      }
      return new WriteJob(
          name,
          settings.text("connector"),
          settings.text("model"),
          settings.text("query"),
          settings.text("key"),
          match,
          operation.equals("upsert"),
          mapping,
          settings.text("approver", "ipai_platform_admin"),
          Math.toIntExact(batch));
    } catch (IpaiException e) {
      if (e.code().equals(WriteBackErrors.JOB)) {
        throw e;
      }
      throw wrong(name, e.getMessage());
    }
  }

  /**
   * The key under which a row's record is known for good. A name's own underscores are written as
   * {@code -}, which no name has, so that the first one ends the name: no two jobs have one key.
   */
  String recordKey(String value) {
    return name.replace('_', '-') + "_" + value;
  }

  /** The key that a record may have from before; those of two jobs could be one. */
  String earlierKey(String value) {
    return name + "_" + value;
  }

  private static IpaiException wrong(String name, @Nullable String why) {
    return new IpaiException(
            WriteBackErrors.JOB, "write-back job %s is wrong: %s".formatted(name, why))
        .fact("job", name)
        .hint("docs/reference/connectors.md, Writing back, has an example");
  }
}
