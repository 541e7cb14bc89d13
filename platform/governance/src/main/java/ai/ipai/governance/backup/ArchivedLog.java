package ai.ipai.governance.backup;

import ai.ipai.spi.error.IpaiException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which parts of the archive follow a backup, along the newest timeline back to the backup's own,
 * without a gap: PostgreSQL takes the first segment that is missing for the end of the log, and
 * would replay up to there without a word.
 */
final class ArchivedLog {
  private static final Pattern SEGMENT = Pattern.compile("([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})");
  private static final Pattern HISTORY = Pattern.compile("([0-9A-F]{8})\\.history");
  private static final Pattern IN_BACKUP = Pattern.compile("cluster/pg_wal/([0-9A-F]{24})");

  /** A line of a history: the parent, and where the child left it. */
  private static final Pattern PARENT =
      Pattern.compile("\\s*([0-9]+)\\s+([0-9A-F]+/[0-9A-F]+)\\s.*");

  private static final long PER_FILE = 0x1_0000_0000L / WalArchive.SEGMENT_BYTES;

  private final WalArchive archive;
  private final Set<String> there;
  private final long timeline;
  private final long first;
  private final long last;

  private ArchivedLog(BackupManifest manifest, WalArchive archive) {
    this.archive = archive;
    this.there = new HashSet<>(archive.names());
    List<String> own = segments(manifest);
    this.timeline = own.stream().mapToLong(ArchivedLog::timeline).max().orElse(1);
    this.first = number(manifest.startLsn());
    this.last = own.stream().mapToLong(ArchivedLog::segment).max().orElse(first);
  }

  private static List<String> segments(BackupManifest manifest) {
    return manifest.files().stream()
        .map(file -> IN_BACKUP.matcher(file.path()))
        .filter(Matcher::matches)
        .map(match -> match.group(1))
        .toList();
  }

  /**
   * Histories of the timelines that were begun after the backup's; a server that is restored
   * chooses a number above theirs.
   */
  static List<String> timelines(BackupManifest manifest, WalArchive archive) {
    return new ArchivedLog(manifest, archive).histories();
  }

  /**
   * Names of all that a replay to the end needs, histories and segments, sorted.
   *
   * @throws IpaiException {@code BAK-015}
   */
  static List<String> after(BackupManifest manifest, WalArchive archive) {
    return new ArchivedLog(manifest, archive).needed();
  }

  private List<String> histories() {
    return there.stream()
        .filter(name -> HISTORY.matcher(name).matches() && timeline(name) > timeline)
        .sorted()
        .toList();
  }

  /** A timeline of the newest one's descent, and the segment in which it began. */
  private record Branch(long timeline, long begin) {}

  private List<String> needed() {
    List<Branch> descent = descent(newest());
    Set<String> needed = new TreeSet<>();
    there.stream().filter(name -> isOf(descent, name)).forEach(needed::add);
    if (needed.isEmpty()) {
      throw new IpaiException(
              BackupErrors.ARCHIVE_GAP, "The archive holds no log that follows this backup.")
          .fact("archive", archive.place())
          .fact("needed from", name(timeline, first))
          .hint("Correct the place of the archive; or restore the backup alone, without its log.");
    }
    refuseGap(descent, needed);
    needed.addAll(histories());
    return List.copyOf(needed);
  }

  private boolean isOf(List<Branch> descent, String name) {
    return SEGMENT.matcher(name).matches()
        && segment(name) >= first
        && descent.stream().anyMatch(branch -> branch.timeline == timeline(name));
  }

  /** Every timeline in between has to be known: PostgreSQL looks for them one by one. */
  private long newest() {
    Predicate<String> known =
        name -> SEGMENT.matcher(name).matches() || HISTORY.matcher(name).matches();
    long newest =
        Math.max(
            timeline,
            there.stream().filter(known).mapToLong(ArchivedLog::timeline).max().orElse(0));
    for (long number = timeline + 1; number <= newest; number++) {
      String history = String.format(Locale.ROOT, "%08X.history", number);
      if (!there.contains(history)) {
        throw gap("a timeline's history is missing", history);
      }
    }
    return newest;
  }

  /** From the backup's timeline to the newest, in this order. */
  private List<Branch> descent(long newest) {
    List<Branch> descent = new ArrayList<>(List.of(new Branch(timeline, first)));
    if (newest == timeline) {
      return descent;
    }
    String name = String.format(Locale.ROOT, "%08X.history", newest);
    List<Matcher> parents =
        archive.history(name).lines().map(PARENT::matcher).filter(Matcher::matches).toList();
    boolean behind = false;
    for (int i = 0; i < parents.size(); i++) {
      behind |= Long.parseLong(parents.get(i).group(1)) == timeline;
      if (behind) {
        long child = i + 1 < parents.size() ? Long.parseLong(parents.get(i + 1).group(1)) : newest;
        descent.add(new Branch(child, number(parents.get(i).group(2))));
      }
    }
    if (!behind) {
      throw new IpaiException(
              BackupErrors.ARCHIVE_GAP,
              "The newest timeline of the archive does not descend from this backup's.")
          .fact("archive", archive.place())
          .fact("newest", newest)
          .fact("backup's", timeline)
          .hint("Take a backup of the server that was restored last, or restore this one alone.");
    }
    return descent;
  }

  private void refuseGap(List<Branch> descent, Set<String> segments) {
    Branch newest = descent.getLast();
    long end =
        segments.stream()
            .filter(name -> timeline(name) == newest.timeline)
            .mapToLong(ArchivedLog::segment)
            .max()
            .orElse(newest.begin - 1);
    for (long number = first; number <= end; number++) {
      long at = number;
      Branch owner =
          descent.reversed().stream()
              .filter(branch -> branch.begin <= at)
              .findFirst()
              .orElseThrow();
      boolean inBackup = owner.timeline == timeline && number <= last;
      if (!inBackup && !segments.contains(name(owner.timeline, number))) {
        throw gap("a segment is missing", name(owner.timeline, number));
      }
    }
  }

  private IpaiException gap(String what, String name) {
    return new IpaiException(BackupErrors.ARCHIVE_GAP, "The archive has a gap: " + what + ".")
        .fact("archive", archive.place())
        .fact("missing", name)
        .hint(
            "Nothing was restored. Put it back from a copy, take a later backup, or restore this"
                + " one without its log.");
  }

  private static long timeline(String name) {
    return Long.parseLong(name.substring(0, 8), 16);
  }

  private static long segment(String name) {
    return Long.parseLong(name.substring(8, 16), 16) * PER_FILE
        + Long.parseLong(name.substring(16, 24), 16);
  }

  /** Of the segment that holds a position such as {@code 0/3000028}. */
  private static long number(String lsn) {
    String[] halves = lsn.split("/", 2);
    return Long.parseLong(halves[0], 16) * PER_FILE
        + Long.parseLong(halves[1], 16) / WalArchive.SEGMENT_BYTES;
  }

  private static String name(long timeline, long number) {
    return String.format(
        Locale.ROOT, "%08X%08X%08X", timeline, number / PER_FILE, number % PER_FILE);
  }
}
