package ai.ipai.connectors.file;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The files of one folder. */
final class FileConnector implements Connector {
  private final Folder folder;
  private final List<FileStream> streams;
  private final ParserPool parsers;
  private final Cancellation cancellation;

  FileConnector(
      Folder folder, List<FileStream> streams, ParserProgram program, Cancellation cancellation) {
    this.folder = folder;
    this.streams = streams;
    this.parsers = new ParserPool(program, cancellation);
    this.cancellation = cancellation;
  }

  @Override
  public List<Finding> check() {
    List<Finding> findings = new ArrayList<>();
    for (FileStream stream : streams) {
      try {
        if (folder.matching(stream.glob()).isEmpty()) {
          findings.add(
              Finding.warning(
                  "no file matches " + stream.glob() + " of stream " + stream.name(),
                  "check the glob; it starts below the folder"));
        }
      } catch (IpaiException e) {
        return List.of(Finding.error(e.code().id() + " " + e.getMessage(), e.hint()));
      }
    }
    return findings;
  }

  @Override
  public List<StreamDescriptor> discover() {
    return streams.stream()
        .map(stream -> descriptor(stream, peek(stream)))
        .sorted(Comparator.comparing(StreamDescriptor::name))
        .toList();
  }

  /** Columns of the first file's first records; the batches know better. */
  private List<SourceColumn> peek(FileStream stream) {
    return folder.matching(stream.glob()).stream()
        .findFirst()
        .map(path -> peek(stream, path))
        .orElse(FileScan.own());
  }

  private List<SourceColumn> peek(FileStream stream, String path) {
    ParserProcess parser = parsers.take();
    try {
      parser.order(
          new ParseOrder(
              folder.root().resolve(path), path, stream, ParseOrder.Mode.PEEK, Map.of(), 0));
      List<SourceColumn> columns = FileScan.own();
      for (Frame frame = parser.next(); ; frame = parser.next()) {
        switch (frame.kind()) {
          case COLUMNS -> columns = frame.columns();
          case BROKEN, END -> {
            return columns;
          }
          case CELLS, VALUES, TICK, WITHDRAWN -> {}
        }
      }
    } catch (IOException | ParserDeath | BrokenFile e) {
      // The reading finds out, and says, what is wrong with it.
      return FileScan.own();
    } finally {
      parsers.giveBack(parser);
    }
  }

  private static StreamDescriptor descriptor(FileStream stream, List<SourceColumn> columns) {
    return new StreamDescriptor(
        stream.name(),
        columns,
        stream.key(),
        Set.of(ReadMode.SNAPSHOT, ReadMode.CHANGES),
        "Files " + stream.glob());
  }

  @Override
  public BatchReader open(StreamRequest request) {
    FileStream stream =
        streams.stream()
            .filter(candidate -> candidate.name().equals(request.stream()))
            .findFirst()
            .orElseThrow(
                () ->
                    new IpaiException(
                            ConnectorErrors.STREAM_NOT_FOUND,
                            "there is no stream " + request.stream())
                        .hint("declare it under streams"));
    FileVersions from =
        request.from() == null ? FileVersions.none() : FileVersions.parse(request.from());
    return new FolderReader(
        folder,
        stream,
        descriptor(stream, FileScan.own()),
        from,
        request.landing(),
        parsers,
        cancellation);
  }

  @Override
  public void close() {
    parsers.close();
  }
}
