package ai.ipai.governance.audit.seal;

import ai.ipai.governance.audit.AuditErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the log and its seals to a folder, {@code entries.ndjson} and {@code seals.ndjson}, for an
 * auditor who verifies on a machine of his own.
 */
public final class AuditExport {
  static final String ENTRIES = "entries.ndjson";
  static final String SEALS = "seals.ndjson";
  static final ObjectMapper JSON = JsonMapper.builder().build();

  private AuditExport() {}

  /**
   * Writes both files; existing ones are refused. Errors: {@code AUD-022}.
   *
   * @return how many entries
   */
  public static long write(AuditSource source, Path folder) {
    long[] entries = {0};
    try {
      Files.createDirectories(folder);
      try (BufferedWriter seals = create(folder.resolve(SEALS))) {
        source.forEachSeal(seal -> line(seals, new ExportedSeal(seal, source.body(seal.batch()))));
      }
      try (BufferedWriter rows = create(folder.resolve(ENTRIES))) {
        source.forEachRow(
            row -> {
              line(rows, row);
              entries[0]++;
            });
      }
      return entries[0];
    } catch (IOException | UncheckedIOException failed) {
      throw new IpaiException(
              AuditErrors.EXPORT_UNREADABLE, "The export cannot be written.", failed)
          .fact("folder", folder)
          .hint("Name a new folder on a disk with room.");
    }
  }

  /** One line of the seals. */
  record ExportedSeal(Seal seal, Seal.Body body) {}

  private static BufferedWriter create(Path file) throws IOException {
    return Files.newBufferedWriter(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private static void line(BufferedWriter writer, Object value) {
    try {
      writer.write(JSON.writeValueAsString(value));
      writer.write('\n');
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
