@NullMarked
package ai.ipai.ingest.filter;

import org.jspecify.annotations.NullMarked;
