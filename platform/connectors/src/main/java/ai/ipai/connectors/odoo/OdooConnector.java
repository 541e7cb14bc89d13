package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.RecordTarget;
import ai.ipai.spi.connector.RenewableConnector;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.connector.WritableConnector;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One Odoo database, read as one user. */
final class OdooConnector implements WritableConnector, RenewableConnector {
  private final OdooSettings settings;
  private final ConnectorSettings file;
  private final OdooApi api;
  private final ConnectorContext context;
  private final Cancellation cancellation;
  private final Map<String, OdooModel> models = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable ModelCalls> calls = new AtomicReference<>();

  OdooConnector(
      OdooSettings settings, ConnectorSettings file, OdooApi api, ConnectorContext context) {
    this.settings = settings;
    this.file = file;
    this.api = api;
    this.context = context;
    this.cancellation = context.cancellation();
  }

  @Override
  public List<Finding> check() {
    List<Finding> findings = new ArrayList<>();
    try {
      String version = api.version();
      if (!OdooVersions.isKnown(version)) {
        findings.add(
            Finding.warning(
                "Odoo " + version + " was never tried", "versions 14 to 20 speak these protocols"));
      }
      api.userId();
    } catch (IpaiException e) {
      return List.of(finding(e));
    }
    for (String stream : selected()) {
      if (!stream.endsWith(OdooModel.COMPANY_VALUES)) {
        checkModel(stream, findings);
      }
    }
    findings.addAll(new ApiKeys(api).findings(api.serverTime()));
    OcaFile.read(context.workspace()).ifPresent(file -> findings.addAll(modules(file)));
    findings.sort(Comparator.comparing(Finding::severity));
    return findings;
  }

  private List<Finding> modules(Path file) {
    try {
      return OcaModules.of(OcaFile.content(file)).findings(api);
    } catch (IpaiException e) {
      return List.of(finding(e));
    }
  }

  private void checkModel(String stream, List<Finding> findings) {
    try {
      if (calls().count(model(stream), List.of()) == 0) {
        findings.add(
            Finding.warning(
                "this user sees 0 records of " + stream,
                "record rules hide records without an error: read as a user who may see all"));
      }
    } catch (IpaiException e) {
      findings.add(finding(e));
    }
  }

  private static Finding finding(IpaiException e) {
    return Finding.error(e.code().id() + " " + e.getMessage(), e.hint());
  }

  @Override
  public List<StreamDescriptor> discover() {
    List<StreamDescriptor> streams = new ArrayList<>();
    for (String stream : selected()) {
      try {
        streams.add(descriptor(stream));
      } catch (IpaiException e) {
        boolean isOptional = file.streams().isEmpty();
        if (!isOptional || !e.code().equals(ConnectorErrors.STREAM_NOT_FOUND)) {
          throw e;
        }
      }
    }
    streams.sort(Comparator.comparing(StreamDescriptor::name));
    return streams;
  }

  private StreamDescriptor descriptor(String stream) {
    return stream.endsWith(OdooModel.COMPANY_VALUES)
        ? model(modelOf(stream)).companyValues()
        : model(stream).descriptor();
  }

  @Override
  public BatchReader open(StreamRequest request) {
    String stream = request.stream();
    OdooModel model = model(modelOf(stream));
    return stream.endsWith(OdooModel.COMPANY_VALUES)
        ? new CompanyValueReader(calls(), model, settings.pageSize(), cancellation, request)
        : new ModelReader(calls(), model, settings, cancellation, request);
  }

  private List<String> selected() {
    return file.streams().isEmpty()
        ? OdooVersions.DEFAULT_STREAMS
        : file.streams().stream().map(ConnectorSettings.Selection::stream).toList();
  }

  private static String modelOf(String stream) {
    return stream.endsWith(OdooModel.COMPANY_VALUES)
        ? stream.substring(0, stream.length() - OdooModel.COMPANY_VALUES.length())
        : stream;
  }

  private OdooModel model(String name) {
    return models.computeIfAbsent(
        name,
        key ->
            OdooModel.fetch(
                api,
                key,
                settings.fields(),
                file.selection(key)
                    .map(ConnectorSettings.Selection::options)
                    .orElse(Settings.empty())));
  }

  /** With the user's companies, his own first: it decides which values of several are shown. */
  private ModelCalls calls() {
    ModelCalls known = calls.get();
    if (known != null) {
      return known;
    }
    JsonNode user =
        api.call(
                "res.users",
                "read",
                List.of(List.of(api.userId()), List.of("company_id", "company_ids")),
                Map.of("load", ""))
            .path(0);
    long own = user.path("company_id").longValue(0);
    List<Long> companies = new ArrayList<>();
    companies.add(own);
    user.path("company_ids")
        .valueStream()
        .map(JsonNode::longValue)
        .filter(id -> id != own)
        .sorted()
        .forEach(companies::add);
    ModelCalls made = new ModelCalls(api, settings.language(), List.copyOf(companies));
    calls.set(made);
    return made;
  }

  @Override
  public RecordTarget target() {
    return new OdooRecords(api, settings.write());
  }

  @Override
  public String renewable() {
    return settings.secret();
  }

  @Override
  public Instant renew(Consumer<String> store) {
    return new ApiKeys(api)
        .renew(
            file.name(), () -> context.secrets().apply(settings.secret()), api.serverTime(), store);
  }

  @Override
  public void close() {
    api.close();
  }
}
