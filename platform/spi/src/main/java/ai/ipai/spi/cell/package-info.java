/**
 * Values as PostgreSQL's binary formats have them, so that rows can be made ready for COPY far from
 * the database: by a reader, in another process. A cell is its length in four bytes and its bytes,
 * or a length of -1 for null.
 */
@NullMarked
package ai.ipai.spi.cell;

import org.jspecify.annotations.NullMarked;
