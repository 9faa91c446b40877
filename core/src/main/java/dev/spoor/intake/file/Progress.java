package dev.spoor.intake.file;

/** Hears how far a reading has come; called from the reading thread, for each chunk. */
@FunctionalInterface
public interface Progress {
    Progress NONE = (path, bytesRead, bytesTotal, events) -> {};

    /**
     * @param path the file being read
     * @param bytesRead bytes of the input as stored (compressed), of all files so far
     * @param bytesTotal the same for all files, -1 when unknown (standard input)
     * @param events events delivered by the files before this one
     */
    void reached(String path, long bytesRead, long bytesTotal, long events);
}
