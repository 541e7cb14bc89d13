package ai.ipai.server.cli;

import ai.ipai.server.demo.DemoCommand;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every word of the command line. What is not built is not listed. */
public final class Words {
  private static final List<Word> ALL =
      List.of(
          new Word(
              "demo", "the example company, from its sources to the console", DemoCommand::new),
          new Word("test", "every test, what CI runs", TestCommand::new),
          new Word("up", "start the server: API, console, workers", UpCommand::new),
          new Word("gateway", "the REST interface alone, on any database", GatewayCommand::new),
          new Word("status", "addresses and keys of the running server", StatusCommand::new),
          new Word("new", "a small workspace to begin with", NewCommand::new),
          new Word("plan", "what applying the workspace would change", PlanCommand::new),
          new Word("apply", "put the workspace into force, all or nothing", ApplyCommand::new),
          new Word("sync", "run one connector now", SyncCommand::new),
          new Word("undo", "take a connector's run back, or list the runs", UndoCommand::new),
          new Word(
              "write-back",
              "change a source's records as a job says, once and approved",
              WriteBackCommand::new),
          new Word("build", "build, test and publish models", BuildCommand::new),
          new Word("sql", "run a query as a role or a person", SqlCommand::new),
          new Word(
              "bi",
              "logins for tools that connect to PostgreSQL: grant, list, revoke",
              BiCommand::new),
          new Word("keys", "the keys that sign access tokens: list, rotate", KeysCommand::new),
          new Word("token", "mint a local token for a user or a role", TokenCommand::new),
          new Word(
              "explain-access",
              "which grant, filter and mask decide, and why a result is empty",
              ExplainAccessCommand::new),
          new Word(
              "secret",
              "keep secrets by name: put, list, grant, revoke, rotate, delete",
              SecretCommand::new),
          new Word("audit", "the audit log: tail, search, verify, key, export", AuditCommand::new),
          new Word("spec", "check spec kits: spec check", SpecCommand::new),
          new Word("schema", "what the files of a workspace may say", SchemaCommand::new),
          new Word("backup", "the embedded installation in one checked file", BackupCommand::new),
          new Word("restore", "a backup into a new data folder", RestoreCommand::new),
          new Word("doctor", "look for faults and say how to mend them", DoctorCommand::new),
          new Word("bench", "measure, beside a baseline in the same run", BenchCommand::of),
          new Word("migrate", "bring a database to this release", MigrateCommand::new),
          new Word("completion", "complete words in bash and zsh", CompletionCommand::new));

  /** For the launcher, not for people. */
  private static final Word REHEARSE =
      new Word("rehearse", "rehearses a start for the AOT cache", RehearseCommand::new);

  private static final int FAR = 3;

  private Words() {}

  public static List<Word> all() {
    return ALL;
  }

  static Optional<Word> find(String name) {
    return Stream.concat(ALL.stream(), Stream.of(REHEARSE))
        .filter(word -> word.name().equals(name))
        .findFirst();
  }

  /** The known word that is closest in spelling, if one is close. */
  static Optional<String> nearest(String name) {
    return ALL.stream()
        .map(Word::name)
        .filter(known -> distance(known, name) < FAR)
        .min(Comparator.comparingInt(known -> distance(known, name)));
  }

  /** Levenshtein's. */
  static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
