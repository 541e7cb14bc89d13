package ai.ipai.governance.audit.seal;

import ai.ipai.governance.audit.AuditErrors;
import ai.ipai.governance.object.WriteOnceFile;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Checkpoints as files, {@code <day>/<batch>-<time>-<hash>.note}, each written once. The name sorts
 * by batch and tells two heads of one batch apart, so a fork leaves both.
 */
public final class FolderCheckpointStore implements CheckpointStore {
  static final String ENDING = ".note";
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HHmmss.SSSSSS", Locale.ROOT).withZone(ZoneOffset.UTC);
  static final Comparator<Checkpoint> BY_TIME =
      Comparator.comparing(Checkpoint::at).thenComparingLong(Checkpoint::batch);

  private final Path folder;

  public FolderCheckpointStore(Path folder) {
    this.folder = folder;
  }

  @Override
  public void put(Checkpoint checkpoint) {
    Path file = folder.resolve(path(checkpoint));
    try {
      if (!WriteOnceFile.create(file, checkpoint.note().getBytes(StandardCharsets.UTF_8))) {
        checkSame(file, checkpoint);
      }
    } catch (IOException failed) {
      throw failed(failed);
    }
  }

  private void checkSame(Path file, Checkpoint checkpoint) throws IOException {
    if (!Files.readString(file).equals(checkpoint.note())) {
      throw new IOException("another checkpoint has the name " + file.getFileName());
    }
  }

  /** {@code <day>/<batch>-<time>-<hash>.note}. */
  static String path(Checkpoint checkpoint) {
    return DAY.format(checkpoint.at()) + "/" + name(checkpoint);
  }

  private static String name(Checkpoint checkpoint) {
    return String.format(
        Locale.ROOT,
        "%012d-%s-%s%s",
        checkpoint.batch(),
        TIME.format(checkpoint.at()),
        HexFormat.of().formatHex(checkpoint.hash(), 0, 4),
        ENDING);
  }

  /** The time of the day and then the batch, in a text that sorts, of a path as above. */
  static String timeOf(String path) {
    String[] parts = path.substring(path.lastIndexOf('/') + 1).split("-", 3);
    return parts.length < 3 ? "" : parts[1] + "-" + parts[0];
  }

  @Override
  public List<Checkpoint> load() {
    List<Checkpoint> checkpoints = new ArrayList<>();
    for (Path day : children(folder)) {
      for (Path file : children(day)) {
        if (file.toString().endsWith(ENDING)) {
          checkpoints.add(read(file));
        }
      }
    }
    checkpoints.sort(BY_TIME);
    return List.copyOf(checkpoints);
  }

  @Override
  public Optional<Checkpoint> newest() {
    for (Path day : children(folder).reversed()) {
      Optional<Checkpoint> newest =
          children(day).stream()
              .filter(file -> file.toString().endsWith(ENDING))
              .map(this::read)
              .max(BY_TIME);
      if (newest.isPresent()) {
        return newest;
      }
    }
    return Optional.empty();
  }

  private Checkpoint read(Path file) {
    try {
      return Checkpoint.parse(Files.readString(file));
    } catch (IpaiException unreadable) {
      throw unreadable.fact("file", file);
    } catch (IOException failed) {
      throw failed(failed).fact("file", file);
    }
  }

  private List<Path> children(Path of) {
    if (Files.isRegularFile(of)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(of)) {
      return children.sorted().toList();
    } catch (NoSuchFileException none) {
      return List.of();
    } catch (IOException failed) {
      throw failed(failed);
    }
  }

  private IpaiException failed(IOException cause) {
    return new IpaiException(
            AuditErrors.CHECKPOINT_STORE_FAILED,
            "The folder of audit checkpoints cannot be used.",
            cause)
        .fact("folder", folder)
        .hint(
            "Check its rights and the free space; until then the log is sealed but not anchored.");
  }
}
