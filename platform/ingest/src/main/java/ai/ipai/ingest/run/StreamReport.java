package ai.ipai.ingest.run;

import ai.ipai.ingest.load.LoadCounts;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.util.Optional;

/** What a run did to one stream. */
public record StreamReport(
    String stream,
    QualifiedName table,
    RunStatus status,
    LoadCounts counts,
    Optional<IpaiException> error) {}
