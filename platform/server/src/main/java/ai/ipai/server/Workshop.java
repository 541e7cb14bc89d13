package ai.ipai.server;

import ai.ipai.connectors.database.DatabaseConnectorType;
import ai.ipai.connectors.file.FileConnectorType;
import ai.ipai.connectors.github.GithubConnectorType;
import ai.ipai.connectors.odoo.OdooConnectorType;
import ai.ipai.connectors.process.ProcessConnectorType;
import ai.ipai.connectors.push.PushConnectorType;
import ai.ipai.connectors.rest.RestConnectorType;
import ai.ipai.governance.audit.AuditLog;
import ai.ipai.governance.config.IpaiConfig;
import ai.ipai.governance.policy.CatalogReader;
import ai.ipai.governance.policy.CatalogSnapshot;
import ai.ipai.governance.policy.PolicyStore;
import ai.ipai.governance.publish.Publisher;
import ai.ipai.governance.vault.SecretActor;
import ai.ipai.governance.vault.SecretMetadata;
import ai.ipai.governance.vault.SecretRef;
import ai.ipai.governance.vault.SecretUser;
import ai.ipai.governance.vault.SecretValue;
import ai.ipai.governance.vault.Vault;
import ai.ipai.governance.workspace.DeclaredKind;
import ai.ipai.governance.workspace.KnownNames;
import ai.ipai.governance.workspace.ReviewedPlan;
import ai.ipai.governance.workspace.Workspace;
import ai.ipai.governance.workspace.WorkspaceApplier;
import ai.ipai.governance.workspace.WorkspaceErrors;
import ai.ipai.governance.workspace.WorkspacePlan;
import ai.ipai.governance.workspace.WorkspacePlanner;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.ingest.definition.ConnectorFile;
import ai.ipai.ingest.definition.ConnectorStore;
import ai.ipai.ingest.definition.StreamDefinition;
import ai.ipai.ingest.name.BronzeName;
import ai.ipai.ingest.push.Delivery;
import ai.ipai.ingest.run.DeliveryIntake;
import ai.ipai.ingest.run.ProgressListener;
import ai.ipai.ingest.run.RunUndo;
import ai.ipai.ingest.run.StreamPreview;
import ai.ipai.ingest.run.SyncOptions;
import ai.ipai.ingest.run.SyncReport;
import ai.ipai.ingest.run.SyncRunner;
import ai.ipai.ingest.writeback.WriteBackRunner;
import ai.ipai.pipelines.embedding.LocalEmbedder;
import ai.ipai.pipelines.parse.ProjectReader;
import ai.ipai.pipelines.project.Project;
import ai.ipai.pipelines.project.TargetSchemas;
import ai.ipai.pipelines.run.BuildOptions;
import ai.ipai.pipelines.run.PipelineRunner;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.connector.ConnectorSpec;
import ai.ipai.spi.connector.ConnectorType;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/** The parts that work on one workspace: its rules, its connectors, its models. */
public final class Workshop {
  private final Installation installation;
  private final Path folder;
  private final Vault vault;

  /**
   * Reads nothing yet.
   *
   * @param folder of the workspace
   */
  public Workshop(Installation installation, Path folder) {
    this.installation = installation;
    this.folder = folder.toAbsolutePath().normalize();
    this.vault = installation.vault();
  }

  /** On the workspace that the configuration names. Errors: {@code SRV-…} if there is none. */
  public static Workshop of(Installation installation) {
    Path folder =
        installation
            .config()
            .workspace()
            .orElseThrow(
                () ->
                    new IpaiException(ServerErrors.USAGE, "there is no workspace here")
                        .fact("folder", installation.config().settings().workspace())
                        .hint("Name the folder that holds ipai.yaml: --workspace DIR"));
    return new Workshop(installation, folder);
  }

  /**
   * Every kind of connector that this product has, and those that are added to its class path.
   *
   * @param dataDir of the platform, where no connector may read
   */
  public static List<ConnectorType> connectorTypes(Path dataDir) {
    List<ConnectorType> types = new ArrayList<>(builtIn(dataDir));
    ServiceLoader.load(ConnectorType.class).forEach(types::add);
    return types;
  }

  private static List<ConnectorType> builtIn(Path dataDir) {
    return List.of(
        new OdooConnectorType(),
        FileConnectorType.of(System.getenv(), dataDir),
        new GithubConnectorType(),
        ProcessConnectorType.of(System.getenv()),
        new PushConnectorType(),
        new DatabaseConnectorType(),
        new RestConnectorType());
  }

  public Path folder() {
    return folder;
  }

  public Vault vault() {
    return vault;
  }

  private SyncRunner connectors() {
    AuditLog audit = installation.auditLog();
    return new SyncRunner(
        installation.database(),
        audit::record,
        connectorTypes(installation.config().dataDir()),
        (connector, reference) ->
            vault.resolve(SecretUser.connector(connector), SecretRef.parse(reference)).reveal(),
        Clock.systemUTC(),
        folder);
  }

  /**
   * Runs a connector now, and puts what it landed for the first time under the rules in force.
   *
   * @param listener hears how the streams go on
   */
  public SyncReport sync(String connector, SyncOptions options, ProgressListener listener) {
    SyncReport report = connectors().sync(connector, options, listener);
    protectNewTables();
    return report;
  }

  /**
   * What a first reading would ask and bring, as the workspace's file says, applied or not; stores
   * nothing.
   *
   * @param rows of each stream, at most
   */
  public List<StreamPreview> preview(String connector, SyncOptions options, int rows) {
    for (String ending : List.of(".yaml", ".yml")) {
      Path file = folder.resolve("connectors").resolve(connector + ending).normalize();
      if (file.startsWith(folder) && Files.isRegularFile(file)) {
        Faults faults = new Faults();
        Optional<ConnectorDefinition> definition = ConnectorFile.read(folder, file, faults);
        faults.throwIfAny(IngestErrors.DEFINITION, "The connector's file has faults");
        return connectors().preview(definition.orElseThrow(), options, rows);
      }
    }
    return connectors().preview(connector, options, rows);
  }

  /**
   * Has a connector's source give a new key, and keeps it in the vault before the old one is
   * revoked. Returns when the new key ends.
   */
  public Instant renew(SecretActor actor, SecretRef secret, String connector) {
    return connectors()
        .renew(
            connector,
            secret.toString(),
            fresh -> vault.rotate(actor, secret, SecretValue.of(fresh)));
  }

  /** Puts what landed for the first time under the rules in force. */
  private void protectNewTables() {
    try (Connection connection = installation.database().open(Login.LOADER)) {
      connection.setAutoCommit(false);
      Publisher.protectAll(connection, PolicyStore.load(connection));
      connection.commit();
    } catch (SQLException failed) {
      throw PostgresFault.translate(failed);
    }
  }

  /** Tries an applied connector's settings against its source; stores nothing. */
  public List<Finding> check(String connector) {
    return connectors().check(connector);
  }

  /** Lets go of what a source keeps for a connector, for good; what that was, or empty. */
  public String releaseLog(String connector, String requestedBy) {
    return connectors().release(connector, requestedBy);
  }

  /** Stores a batch that was delivered to a connector of type {@code push}. */
  public DeliveryIntake.Receipt deliver(String connector, Delivery delivery) {
    DeliveryIntake.Receipt receipt =
        new DeliveryIntake(
                installation.database(),
                installation.auditLog()::record,
                (name, reference) ->
                    vault.resolve(SecretUser.connector(name), SecretRef.parse(reference)).reveal(),
                Clock.systemUTC())
            .deliver(connector, delivery);
    if (!receipt.repeated()) {
      protectNewTables();
    }
    return receipt;
  }

  /** Plans, approves, applies and undoes changes of records in sources. */
  public WriteBackRunner writeBacks() {
    return new WriteBackRunner(
        installation.database(),
        installation.auditLog()::record,
        connectorTypes(installation.config().dataDir()),
        (connector, reference) ->
            vault.resolve(SecretUser.connector(connector), SecretRef.parse(reference)).reveal(),
        Clock.systemUTC(),
        folder);
  }

  /** Lists runs of connectors and takes them back. */
  public RunUndo undo() {
    return new RunUndo(installation.database(), installation.auditLog()::record);
  }

  public PipelineRunner models() {
    return new PipelineRunner(installation.database(), new LocalEmbedder());
  }

  public BuildOptions buildOptions() {
    IpaiConfig.Projects projects = installation.config().settings().projects();
    return BuildOptions.standard(installation.config().dataDir().resolve("target"))
        .on(
            new BuildOptions.Target(
                installation.config().settings().target(),
                schemas(projects),
                Set.copyOf(projects.environment())));
  }

  private static TargetSchemas schemas(IpaiConfig.Projects projects) {
    return new TargetSchemas(projects.schema(), projects.schemas());
  }

  /**
   * Reads every file and checks them against each other, the connectors' own schemas, the vault and
   * what is in the database. Errors: {@code WSP-020}, every fault at once.
   */
  public Workspace workspace() {
    KnownNames known = KnownNames.none().withConnectorTypes(specs()).withSecrets(secrets());
    Faults faults = new Faults();
    Workspace first = Workspace.read(folder, known, faults);
    Set<QualifiedName> declared;
    try {
      declared = declared(first);
    } catch (IpaiException | IllegalArgumentException unreadable) {
      faults.throwIfAny(WorkspaceErrors.INVALID, "The workspace has faults");
      throw unreadable;
    }
    return Workspace.load(folder, known.withCatalog(catalog(), declared));
  }

  private Map<String, ConnectorSpec> specs() {
    return connectorTypes(installation.config().dataDir()).stream()
        .map(ConnectorType::spec)
        .collect(Collectors.toMap(ConnectorSpec::type, spec -> spec));
  }

  private Set<String> secrets() {
    return vault.list().stream()
        .map(SecretMetadata::ref)
        .map(SecretRef::name)
        .collect(Collectors.toSet());
  }

  private CatalogSnapshot catalog() {
    try {
      return installation.control().run(CallerOptions.reading(), CatalogReader::read);
    } catch (SQLException failed) {
      throw PostgresFault.translate(failed);
    }
  }

  /** What applying would change. Changes nothing. */
  public WorkspacePlan plan() {
    Workspace workspace = workspace();
    return planner().plan(workspace, declared(workspace));
  }

  /**
   * Applies the workspace as it is in the files.
   *
   * @param principal who does it, as the audit names them
   */
  public WorkspacePlan apply(String principal, Optional<ReviewedPlan> reviewed) {
    Workspace workspace = workspace();
    return new WorkspaceApplier(installation.database(), planner(), installation.auditLog())
        .apply(workspace, declared(workspace), principal, reviewed);
  }

  private WorkspacePlanner planner() {
    return new WorkspacePlanner(installation.database());
  }

  /** What connectors and models will make, so that policies may name it before it is there. */
  private Set<QualifiedName> declared(Workspace workspace) {
    Set<QualifiedName> declared = new HashSet<>(landed(workspace));
    if (Files.exists(folder.resolve("dbt_project.yml"))) {
      String database = installation.database().url(Login.BUILDER).database();
      Project project = ProjectReader.read(folder, buildOptions().settings(database));
      project.sources().values().forEach(source -> declared.add(source.relation()));
      declared.addAll(project.relations().values());
    }
    return declared;
  }

  private static List<QualifiedName> landed(Workspace workspace) {
    return workspace.declared(DeclaredKind.CONNECTOR).stream()
        .map(one -> ConnectorStore.parse(one.name(), one.definition().toString()))
        .flatMap(
            connector ->
                BronzeName.allOf(
                        connector.streams().stream().map(StreamDefinition::stream).toList(),
                        Map.of())
                    .values()
                    .stream()
                    .map(table -> QualifiedName.of(connector.schema(), table)))
        .toList();
  }
}
