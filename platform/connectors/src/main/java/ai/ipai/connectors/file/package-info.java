/**
 * Files of a folder as a source: CSV, JSON lines, JSON, Parquet and XLSX, gzipped or not. A file is
 * read whole once before any of its rows is given, so that a broken one is left out whole and types
 * are concluded from all values. {@link ai.ipai.connectors.file.Records} is the seam where parsing
 * can move into a process of its own.
 */
@NullMarked
package ai.ipai.connectors.file;

import org.jspecify.annotations.NullMarked;
