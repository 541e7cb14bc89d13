package ai.ipai.governance.audit.seal;

import ai.ipai.governance.object.ObjectStore;
import ai.ipai.spi.error.IpaiException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Checkpoints as objects that are written once, named as {@link FolderCheckpointStore} names files.
 * A bucket with object lock, or a key that may create and not delete, keeps them from the operator
 * of the database. Errors of every method: also {@code OBJ-001} to {@code OBJ-005}.
 */
public final class ObjectCheckpointStore implements CheckpointStore {
  private static final String FOLDER = "audit-checkpoints/";

  private final ObjectStore objects;

  public ObjectCheckpointStore(ObjectStore objects) {
    this.objects = objects;
  }

  @Override
  public void put(Checkpoint checkpoint) {
    objects.putOnce(
        FOLDER + FolderCheckpointStore.path(checkpoint),
        checkpoint.note().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public List<Checkpoint> load() {
    List<Checkpoint> checkpoints = new ArrayList<>();
    for (String day : objects.list(FOLDER)) {
      checkpoints.addAll(ofDay(day));
    }
    checkpoints.sort(FolderCheckpointStore.BY_TIME);
    return List.copyOf(checkpoints);
  }

  @Override
  public Optional<Checkpoint> newest() {
    for (String day : objects.list(FOLDER).reversed()) {
      // By time, which the name tells: the statement of a restore goes back to an earlier batch.
      Optional<Checkpoint> newest =
          notes(day).stream()
              .max(Comparator.comparing(FolderCheckpointStore::timeOf))
              .map(this::read);
      if (newest.isPresent()) {
        return newest;
      }
    }
    return Optional.empty();
  }

  private List<Checkpoint> ofDay(String day) {
    return notes(day).stream().map(this::read).toList();
  }

  private List<String> notes(String day) {
    return day.endsWith("/")
        ? objects.list(day).stream()
            .filter(name -> name.endsWith(FolderCheckpointStore.ENDING))
            .toList()
        : List.of();
  }

  private Checkpoint read(String name) {
    try {
      return Checkpoint.parse(
          new String(objects.get(name).orElse(new byte[0]), StandardCharsets.UTF_8));
    } catch (IpaiException unreadable) {
      throw unreadable.fact("object", objects.place() + name);
    }
  }
}
