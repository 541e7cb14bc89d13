package ai.ipai.server;

import ai.ipai.gateway.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The last backup of an installation, remembered in its data folder for whoever asks how old it is.
 * The proof that it was made is in the audit log.
 */
public record BackupNote(String file, Instant endedAt) {
  private static final Logger LOG = LoggerFactory.getLogger(BackupNote.class);
  private static final String NAME = "last-backup.json";

  /** Empty before the first. */
  public static Optional<BackupNote> find(Path dataDir) {
    try {
      JsonNode note = Json.read(Files.readString(dataDir.resolve(NAME)));
      return Optional.of(
          new BackupNote(
              note.path("file").asString(""), Instant.parse(note.path("ended_at").asString(""))));
    } catch (IOException | JacksonException | DateTimeParseException none) {
      return Optional.empty();
    }
  }

  /** A note that cannot be written spoils no backup. */
  void write(Path dataDir) {
    try {
      Path partial = Files.createTempFile(dataDir, NAME, ".partial");
      Files.writeString(
          partial, Json.text(Map.of("file", file, "ended_at", endedAt.toString())) + "\n");
      Files.move(partial, dataDir.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      LOG.warn("the time of this backup cannot be noted in {}", dataDir, failed);
    }
  }
}
