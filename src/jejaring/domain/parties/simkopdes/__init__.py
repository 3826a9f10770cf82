"""Profiles and members as CSV files with the column names of SIMKOPDES, in and out.

The names are those of its tables profil_koperasi and anggota; columns that it lacks and we need stand
after them. What it has and we don't keep is written empty, and told as not kept when it is read.
"""
