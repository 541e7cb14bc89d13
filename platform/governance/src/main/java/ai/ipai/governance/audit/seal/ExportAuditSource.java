package ai.ipai.governance.audit.seal;

import ai.ipai.governance.audit.AuditErrors;
import ai.ipai.governance.audit.seal.AuditExport.ExportedSeal;
import ai.ipai.spi.error.IpaiException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Reads what {@link AuditExport} wrote, without any database. Errors: {@code AUD-022}. */
public final class ExportAuditSource implements AuditSource {
  private final Path folder;

  /** Where the line of a batch begins; filled by the pass over the seals. */
  private final Map<Long, Long> offsets = new HashMap<>();

  public ExportAuditSource(Path folder) {
    this.folder = folder;
  }

  @Override
  public void forEachSeal(Consumer<Seal> action) {
    long[] offset = {0};
    forEachLine(
        AuditExport.SEALS,
        line -> {
          Seal seal = parse(line, ExportedSeal.class).seal();
          offsets.put(seal.batch(), offset[0]);
          offset[0] += line.getBytes(StandardCharsets.UTF_8).length + 1;
          action.accept(seal);
        });
  }

  @Override
  public Seal.Body body(long batch) {
    Long offset = offsets.get(batch);
    if (offset == null) {
      return new Seal.Body(new long[0], new byte[0]);
    }
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve(AuditExport.SEALS).toFile(), "r")) {
      file.seek(offset);
      // The line is ASCII: numbers and base64.
      return parse(file.readLine(), ExportedSeal.class).body();
    } catch (IOException failed) {
      throw unreadable(failed);
    }
  }

  @Override
  public void forEachRow(Consumer<AuditRow> action) {
    forEachLine(AuditExport.ENTRIES, line -> action.accept(parse(line, AuditRow.class)));
  }

  private void forEachLine(String name, Consumer<String> action) {
    try (BufferedReader reader = Files.newBufferedReader(folder.resolve(name))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        action.accept(line);
      }
    } catch (IOException failed) {
      throw unreadable(failed);
    }
  }

  private <T> T parse(String line, Class<T> type) {
    try {
      return AuditExport.JSON.readValue(line, type);
    } catch (JacksonException malformed) {
      throw unreadable(malformed);
    }
  }

  private IpaiException unreadable(@Nullable Exception cause) {
    return new IpaiException(
            AuditErrors.EXPORT_UNREADABLE, "The export of the audit log cannot be read.", cause)
        .fact("folder", folder);
  }
}
